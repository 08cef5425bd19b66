import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  linuxHost
} from "./chunk-MZV3GQCE.js";
import "./chunk-LQK3ML4U.js";
export {
  linuxHost
};
