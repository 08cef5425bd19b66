import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  external_exports
} from "./chunk-W3V5XVSF.js";
import {
  formatMetric,
  formatRatio
} from "./chunk-PD7JWCUF.js";
import {
  CodeKind,
  NONE,
  Ownership,
  ProcessRole,
  ThreadState,
  describeTarget,
  findingClasses,
  isIdleWait,
  ruleStatuses,
  textAt
} from "./chunk-Q2YSVFUP.js";
import {
  __commonJS,
  __require,
  __toESM
} from "./chunk-LQK3ML4U.js";

// node_modules/yaml/dist/nodes/identity.js
var require_identity = __commonJS({
  "node_modules/yaml/dist/nodes/identity.js"(exports) {
    "use strict";
    var ALIAS = /* @__PURE__ */ Symbol.for("yaml.alias");
    var DOC = /* @__PURE__ */ Symbol.for("yaml.document");
    var MAP = /* @__PURE__ */ Symbol.for("yaml.map");
    var PAIR = /* @__PURE__ */ Symbol.for("yaml.pair");
    var SCALAR = /* @__PURE__ */ Symbol.for("yaml.scalar");
    var SEQ = /* @__PURE__ */ Symbol.for("yaml.seq");
    var NODE_TYPE = /* @__PURE__ */ Symbol.for("yaml.node.type");
    var isAlias = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === ALIAS;
    var isDocument = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === DOC;
    var isMap2 = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === MAP;
    var isPair = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === PAIR;
    var isScalar2 = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === SCALAR;
    var isSeq = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === SEQ;
    function isCollection(node) {
      if (node && typeof node === "object")
        switch (node[NODE_TYPE]) {
          case MAP:
          case SEQ:
            return true;
        }
      return false;
    }
    function isNode2(node) {
      if (node && typeof node === "object")
        switch (node[NODE_TYPE]) {
          case ALIAS:
          case MAP:
          case SCALAR:
          case SEQ:
            return true;
        }
      return false;
    }
    var hasAnchor = (node) => (isScalar2(node) || isCollection(node)) && !!node.anchor;
    exports.ALIAS = ALIAS;
    exports.DOC = DOC;
    exports.MAP = MAP;
    exports.NODE_TYPE = NODE_TYPE;
    exports.PAIR = PAIR;
    exports.SCALAR = SCALAR;
    exports.SEQ = SEQ;
    exports.hasAnchor = hasAnchor;
    exports.isAlias = isAlias;
    exports.isCollection = isCollection;
    exports.isDocument = isDocument;
    exports.isMap = isMap2;
    exports.isNode = isNode2;
    exports.isPair = isPair;
    exports.isScalar = isScalar2;
    exports.isSeq = isSeq;
  }
});

// node_modules/yaml/dist/visit.js
var require_visit = __commonJS({
  "node_modules/yaml/dist/visit.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var BREAK = /* @__PURE__ */ Symbol("break visit");
    var SKIP = /* @__PURE__ */ Symbol("skip children");
    var REMOVE = /* @__PURE__ */ Symbol("remove node");
    function visit2(node, visitor) {
      const visitor_ = initVisitor(visitor);
      if (identity2.isDocument(node)) {
        const cd = visit_(null, node.contents, visitor_, Object.freeze([node]));
        if (cd === REMOVE)
          node.contents = null;
      } else
        visit_(null, node, visitor_, Object.freeze([]));
    }
    visit2.BREAK = BREAK;
    visit2.SKIP = SKIP;
    visit2.REMOVE = REMOVE;
    function visit_(key, node, visitor, path) {
      const ctrl = callVisitor(key, node, visitor, path);
      if (identity2.isNode(ctrl) || identity2.isPair(ctrl)) {
        replaceNode(key, path, ctrl);
        return visit_(key, ctrl, visitor, path);
      }
      if (typeof ctrl !== "symbol") {
        if (identity2.isCollection(node)) {
          path = Object.freeze(path.concat(node));
          for (let i = 0; i < node.items.length; ++i) {
            const ci = visit_(i, node.items[i], visitor, path);
            if (typeof ci === "number")
              i = ci - 1;
            else if (ci === BREAK)
              return BREAK;
            else if (ci === REMOVE) {
              node.items.splice(i, 1);
              i -= 1;
            }
          }
        } else if (identity2.isPair(node)) {
          path = Object.freeze(path.concat(node));
          const ck = visit_("key", node.key, visitor, path);
          if (ck === BREAK)
            return BREAK;
          else if (ck === REMOVE)
            node.key = null;
          const cv = visit_("value", node.value, visitor, path);
          if (cv === BREAK)
            return BREAK;
          else if (cv === REMOVE)
            node.value = null;
        }
      }
      return ctrl;
    }
    async function visitAsync(node, visitor) {
      const visitor_ = initVisitor(visitor);
      if (identity2.isDocument(node)) {
        const cd = await visitAsync_(null, node.contents, visitor_, Object.freeze([node]));
        if (cd === REMOVE)
          node.contents = null;
      } else
        await visitAsync_(null, node, visitor_, Object.freeze([]));
    }
    visitAsync.BREAK = BREAK;
    visitAsync.SKIP = SKIP;
    visitAsync.REMOVE = REMOVE;
    async function visitAsync_(key, node, visitor, path) {
      const ctrl = await callVisitor(key, node, visitor, path);
      if (identity2.isNode(ctrl) || identity2.isPair(ctrl)) {
        replaceNode(key, path, ctrl);
        return visitAsync_(key, ctrl, visitor, path);
      }
      if (typeof ctrl !== "symbol") {
        if (identity2.isCollection(node)) {
          path = Object.freeze(path.concat(node));
          for (let i = 0; i < node.items.length; ++i) {
            const ci = await visitAsync_(i, node.items[i], visitor, path);
            if (typeof ci === "number")
              i = ci - 1;
            else if (ci === BREAK)
              return BREAK;
            else if (ci === REMOVE) {
              node.items.splice(i, 1);
              i -= 1;
            }
          }
        } else if (identity2.isPair(node)) {
          path = Object.freeze(path.concat(node));
          const ck = await visitAsync_("key", node.key, visitor, path);
          if (ck === BREAK)
            return BREAK;
          else if (ck === REMOVE)
            node.key = null;
          const cv = await visitAsync_("value", node.value, visitor, path);
          if (cv === BREAK)
            return BREAK;
          else if (cv === REMOVE)
            node.value = null;
        }
      }
      return ctrl;
    }
    function initVisitor(visitor) {
      if (typeof visitor === "object" && (visitor.Collection || visitor.Node || visitor.Value)) {
        return Object.assign({
          Alias: visitor.Node,
          Map: visitor.Node,
          Scalar: visitor.Node,
          Seq: visitor.Node
        }, visitor.Value && {
          Map: visitor.Value,
          Scalar: visitor.Value,
          Seq: visitor.Value
        }, visitor.Collection && {
          Map: visitor.Collection,
          Seq: visitor.Collection
        }, visitor);
      }
      return visitor;
    }
    function callVisitor(key, node, visitor, path) {
      if (typeof visitor === "function")
        return visitor(key, node, path);
      if (identity2.isMap(node))
        return visitor.Map?.(key, node, path);
      if (identity2.isSeq(node))
        return visitor.Seq?.(key, node, path);
      if (identity2.isPair(node))
        return visitor.Pair?.(key, node, path);
      if (identity2.isScalar(node))
        return visitor.Scalar?.(key, node, path);
      if (identity2.isAlias(node))
        return visitor.Alias?.(key, node, path);
      return void 0;
    }
    function replaceNode(key, path, node) {
      const parent = path[path.length - 1];
      if (identity2.isCollection(parent)) {
        parent.items[key] = node;
      } else if (identity2.isPair(parent)) {
        if (key === "key")
          parent.key = node;
        else
          parent.value = node;
      } else if (identity2.isDocument(parent)) {
        parent.contents = node;
      } else {
        const pt = identity2.isAlias(parent) ? "alias" : "scalar";
        throw new Error(`Cannot replace node with ${pt} parent`);
      }
    }
    exports.visit = visit2;
    exports.visitAsync = visitAsync;
  }
});

// node_modules/yaml/dist/doc/directives.js
var require_directives = __commonJS({
  "node_modules/yaml/dist/doc/directives.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var visit2 = require_visit();
    var escapeChars = {
      "!": "%21",
      ",": "%2C",
      "[": "%5B",
      "]": "%5D",
      "{": "%7B",
      "}": "%7D"
    };
    var escapeTagName = (tn) => tn.replace(/[!,[\]{}]/g, (ch) => escapeChars[ch]);
    var Directives = class _Directives {
      constructor(yaml, tags) {
        this.docStart = null;
        this.docEnd = false;
        this.yaml = Object.assign({}, _Directives.defaultYaml, yaml);
        this.tags = Object.assign({}, _Directives.defaultTags, tags);
      }
      clone() {
        const copy = new _Directives(this.yaml, this.tags);
        copy.docStart = this.docStart;
        return copy;
      }
      /**
       * During parsing, get a Directives instance for the current document and
       * update the stream state according to the current version's spec.
       */
      atDocument() {
        const res = new _Directives(this.yaml, this.tags);
        switch (this.yaml.version) {
          case "1.1":
            this.atNextDocument = true;
            break;
          case "1.2":
            this.atNextDocument = false;
            this.yaml = {
              explicit: _Directives.defaultYaml.explicit,
              version: "1.2"
            };
            this.tags = Object.assign({}, _Directives.defaultTags);
            break;
        }
        return res;
      }
      /**
       * @param onError - May be called even if the action was successful
       * @returns `true` on success
       */
      add(line, onError) {
        if (this.atNextDocument) {
          this.yaml = { explicit: _Directives.defaultYaml.explicit, version: "1.1" };
          this.tags = Object.assign({}, _Directives.defaultTags);
          this.atNextDocument = false;
        }
        const parts = line.trim().split(/[ \t]+/);
        const name = parts.shift();
        switch (name) {
          case "%TAG": {
            if (parts.length !== 2) {
              onError(0, "%TAG directive should contain exactly two parts");
              if (parts.length < 2)
                return false;
            }
            const [handle, prefix] = parts;
            this.tags[handle] = prefix;
            return true;
          }
          case "%YAML": {
            this.yaml.explicit = true;
            if (parts.length !== 1) {
              onError(0, "%YAML directive should contain exactly one part");
              return false;
            }
            const [version] = parts;
            if (version === "1.1" || version === "1.2") {
              this.yaml.version = version;
              return true;
            } else {
              const isValid = /^\d+\.\d+$/.test(version);
              onError(6, `Unsupported YAML version ${version}`, isValid);
              return false;
            }
          }
          default:
            onError(0, `Unknown directive ${name}`, true);
            return false;
        }
      }
      /**
       * Resolves a tag, matching handles to those defined in %TAG directives.
       *
       * @returns Resolved tag, which may also be the non-specific tag `'!'` or a
       *   `'!local'` tag, or `null` if unresolvable.
       */
      tagName(source, onError) {
        if (source === "!")
          return "!";
        if (source[0] !== "!") {
          onError(`Not a valid tag: ${source}`);
          return null;
        }
        if (source[1] === "<") {
          const verbatim = source.slice(2, -1);
          if (verbatim === "!" || verbatim === "!!") {
            onError(`Verbatim tags aren't resolved, so ${source} is invalid.`);
            return null;
          }
          if (source[source.length - 1] !== ">")
            onError("Verbatim tags must end with a >");
          return verbatim;
        }
        const [, handle, suffix] = source.match(/^(.*!)([^!]*)$/s);
        if (!suffix)
          onError(`The ${source} tag has no suffix`);
        const prefix = this.tags[handle];
        if (prefix) {
          try {
            return prefix + decodeURIComponent(suffix);
          } catch (error) {
            onError(String(error));
            return null;
          }
        }
        if (handle === "!")
          return source;
        onError(`Could not resolve tag: ${source}`);
        return null;
      }
      /**
       * Given a fully resolved tag, returns its printable string form,
       * taking into account current tag prefixes and defaults.
       */
      tagString(tag) {
        for (const [handle, prefix] of Object.entries(this.tags)) {
          if (tag.startsWith(prefix))
            return handle + escapeTagName(tag.substring(prefix.length));
        }
        return tag[0] === "!" ? tag : `!<${tag}>`;
      }
      toString(doc) {
        const lines = this.yaml.explicit ? [`%YAML ${this.yaml.version || "1.2"}`] : [];
        const tagEntries = Object.entries(this.tags);
        let tagNames;
        if (doc && tagEntries.length > 0 && identity2.isNode(doc.contents)) {
          const tags = {};
          visit2.visit(doc.contents, (_key, node) => {
            if (identity2.isNode(node) && node.tag)
              tags[node.tag] = true;
          });
          tagNames = Object.keys(tags);
        } else
          tagNames = [];
        for (const [handle, prefix] of tagEntries) {
          if (handle === "!!" && prefix === "tag:yaml.org,2002:")
            continue;
          if (!doc || tagNames.some((tn) => tn.startsWith(prefix)))
            lines.push(`%TAG ${handle} ${prefix}`);
        }
        return lines.join("\n");
      }
    };
    Directives.defaultYaml = { explicit: false, version: "1.2" };
    Directives.defaultTags = { "!!": "tag:yaml.org,2002:" };
    exports.Directives = Directives;
  }
});

// node_modules/yaml/dist/doc/anchors.js
var require_anchors = __commonJS({
  "node_modules/yaml/dist/doc/anchors.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var visit2 = require_visit();
    function anchorIsValid(anchor) {
      if (/[\x00-\x19\s,[\]{}]/.test(anchor)) {
        const sa = JSON.stringify(anchor);
        const msg = `Anchor must not contain whitespace or control characters: ${sa}`;
        throw new Error(msg);
      }
      return true;
    }
    function anchorNames(root) {
      const anchors = /* @__PURE__ */ new Set();
      visit2.visit(root, {
        Value(_key, node) {
          if (node.anchor)
            anchors.add(node.anchor);
        }
      });
      return anchors;
    }
    function findNewAnchor(prefix, exclude) {
      for (let i = 1; true; ++i) {
        const name = `${prefix}${i}`;
        if (!exclude.has(name))
          return name;
      }
    }
    function createNodeAnchors(doc, prefix) {
      const aliasObjects = [];
      const sourceObjects = /* @__PURE__ */ new Map();
      let prevAnchors = null;
      return {
        onAnchor: (source) => {
          aliasObjects.push(source);
          prevAnchors ?? (prevAnchors = anchorNames(doc));
          const anchor = findNewAnchor(prefix, prevAnchors);
          prevAnchors.add(anchor);
          return anchor;
        },
        /**
         * With circular references, the source node is only resolved after all
         * of its child nodes are. This is why anchors are set only after all of
         * the nodes have been created.
         */
        setAnchors: () => {
          for (const source of aliasObjects) {
            const ref = sourceObjects.get(source);
            if (typeof ref === "object" && ref.anchor && (identity2.isScalar(ref.node) || identity2.isCollection(ref.node))) {
              ref.node.anchor = ref.anchor;
            } else {
              const error = new Error("Failed to resolve repeated object (this should not happen)");
              error.source = source;
              throw error;
            }
          }
        },
        sourceObjects
      };
    }
    exports.anchorIsValid = anchorIsValid;
    exports.anchorNames = anchorNames;
    exports.createNodeAnchors = createNodeAnchors;
    exports.findNewAnchor = findNewAnchor;
  }
});

// node_modules/yaml/dist/doc/applyReviver.js
var require_applyReviver = __commonJS({
  "node_modules/yaml/dist/doc/applyReviver.js"(exports) {
    "use strict";
    function applyReviver(reviver, obj, key, val) {
      if (val && typeof val === "object") {
        if (Array.isArray(val)) {
          for (let i = 0, len = val.length; i < len; ++i) {
            const v0 = val[i];
            const v1 = applyReviver(reviver, val, String(i), v0);
            if (v1 === void 0)
              delete val[i];
            else if (v1 !== v0)
              val[i] = v1;
          }
        } else if (val instanceof Map) {
          for (const k of Array.from(val.keys())) {
            const v0 = val.get(k);
            const v1 = applyReviver(reviver, val, k, v0);
            if (v1 === void 0)
              val.delete(k);
            else if (v1 !== v0)
              val.set(k, v1);
          }
        } else if (val instanceof Set) {
          for (const v0 of Array.from(val)) {
            const v1 = applyReviver(reviver, val, v0, v0);
            if (v1 === void 0)
              val.delete(v0);
            else if (v1 !== v0) {
              val.delete(v0);
              val.add(v1);
            }
          }
        } else {
          for (const [k, v0] of Object.entries(val)) {
            const v1 = applyReviver(reviver, val, k, v0);
            if (v1 === void 0)
              delete val[k];
            else if (v1 !== v0)
              val[k] = v1;
          }
        }
      }
      return reviver.call(obj, key, val);
    }
    exports.applyReviver = applyReviver;
  }
});

// node_modules/yaml/dist/nodes/toJS.js
var require_toJS = __commonJS({
  "node_modules/yaml/dist/nodes/toJS.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    function toJS(value, arg, ctx) {
      if (Array.isArray(value))
        return value.map((v, i) => toJS(v, String(i), ctx));
      if (value && typeof value.toJSON === "function") {
        if (!ctx || !identity2.hasAnchor(value))
          return value.toJSON(arg, ctx);
        const data = { aliasCount: 0, count: 1, res: void 0 };
        ctx.anchors.set(value, data);
        ctx.onCreate = (res2) => {
          data.res = res2;
          delete ctx.onCreate;
        };
        const res = value.toJSON(arg, ctx);
        if (ctx.onCreate)
          ctx.onCreate(res);
        return res;
      }
      if (typeof value === "bigint" && !ctx?.keep)
        return Number(value);
      return value;
    }
    exports.toJS = toJS;
  }
});

// node_modules/yaml/dist/nodes/Node.js
var require_Node = __commonJS({
  "node_modules/yaml/dist/nodes/Node.js"(exports) {
    "use strict";
    var applyReviver = require_applyReviver();
    var identity2 = require_identity();
    var toJS = require_toJS();
    var NodeBase = class {
      constructor(type) {
        Object.defineProperty(this, identity2.NODE_TYPE, { value: type });
      }
      /** Create a copy of this node.  */
      clone() {
        const copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
        if (this.range)
          copy.range = this.range.slice();
        return copy;
      }
      /** A plain JavaScript representation of this node. */
      toJS(doc, { mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
        if (!identity2.isDocument(doc))
          throw new TypeError("A document argument is required");
        const ctx = {
          anchors: /* @__PURE__ */ new Map(),
          doc,
          keep: true,
          mapAsMap: mapAsMap === true,
          mapKeyWarned: false,
          maxAliasCount: typeof maxAliasCount === "number" ? maxAliasCount : 100
        };
        const res = toJS.toJS(this, "", ctx);
        if (typeof onAnchor === "function")
          for (const { count, res: res2 } of ctx.anchors.values())
            onAnchor(res2, count);
        return typeof reviver === "function" ? applyReviver.applyReviver(reviver, { "": res }, "", res) : res;
      }
    };
    exports.NodeBase = NodeBase;
  }
});

// node_modules/yaml/dist/nodes/Alias.js
var require_Alias = __commonJS({
  "node_modules/yaml/dist/nodes/Alias.js"(exports) {
    "use strict";
    var anchors = require_anchors();
    var visit2 = require_visit();
    var identity2 = require_identity();
    var Node = require_Node();
    var toJS = require_toJS();
    var Alias = class extends Node.NodeBase {
      constructor(source) {
        super(identity2.ALIAS);
        this.source = source;
        Object.defineProperty(this, "tag", {
          set() {
            throw new Error("Alias nodes cannot have tags");
          }
        });
      }
      /**
       * Resolve the value of this alias within `doc`, finding the last
       * instance of the `source` anchor before this node.
       */
      resolve(doc, ctx) {
        if (ctx?.maxAliasCount === 0)
          throw new ReferenceError("Alias resolution is disabled");
        let nodes;
        if (ctx?.aliasResolveCache) {
          nodes = ctx.aliasResolveCache;
        } else {
          nodes = [];
          visit2.visit(doc, {
            Node: (_key, node) => {
              if (identity2.isAlias(node) || identity2.hasAnchor(node))
                nodes.push(node);
            }
          });
          if (ctx)
            ctx.aliasResolveCache = nodes;
        }
        let found = void 0;
        for (const node of nodes) {
          if (node === this)
            break;
          if (node.anchor === this.source)
            found = node;
        }
        if (found && ctx) {
          const { anchors: anchors2, doc: doc2, maxAliasCount } = ctx;
          let data = anchors2.get(found);
          if (!data) {
            toJS.toJS(found, null, ctx);
            data = anchors2.get(found);
          }
          if (data?.res === void 0) {
            const msg = "This should not happen: Alias anchor was not resolved?";
            throw new ReferenceError(msg);
          }
          if (maxAliasCount >= 0) {
            data.count += 1;
            if (data.aliasCount === 0)
              data.aliasCount = getAliasCount(doc2, found, anchors2);
            if (data.count * data.aliasCount > maxAliasCount) {
              const msg = "Excessive alias count indicates a resource exhaustion attack";
              throw new ReferenceError(msg);
            }
          }
        }
        return found;
      }
      toJSON(_arg, ctx) {
        if (!ctx)
          return { source: this.source };
        const source = this.resolve(ctx.doc, ctx);
        if (!source) {
          const msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
          throw new ReferenceError(msg);
        }
        return ctx.anchors.get(source).res;
      }
      toString(ctx, _onComment, _onChompKeep) {
        const src = `*${this.source}`;
        if (ctx) {
          anchors.anchorIsValid(this.source);
          if (ctx.options.verifyAliasOrder && !ctx.anchors.has(this.source)) {
            const msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
            throw new Error(msg);
          }
          if (ctx.implicitKey)
            return `${src} `;
        }
        return src;
      }
    };
    function getAliasCount(doc, node, anchors2) {
      if (identity2.isAlias(node)) {
        const source = node.resolve(doc);
        const anchor = anchors2 && source && anchors2.get(source);
        return anchor ? anchor.count * anchor.aliasCount : 0;
      } else if (identity2.isCollection(node)) {
        let count = 0;
        for (const item of node.items) {
          const c = getAliasCount(doc, item, anchors2);
          if (c > count)
            count = c;
        }
        return count;
      } else if (identity2.isPair(node)) {
        const kc = getAliasCount(doc, node.key, anchors2);
        const vc = getAliasCount(doc, node.value, anchors2);
        return Math.max(kc, vc);
      }
      return 1;
    }
    exports.Alias = Alias;
  }
});

// node_modules/yaml/dist/nodes/Scalar.js
var require_Scalar = __commonJS({
  "node_modules/yaml/dist/nodes/Scalar.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var Node = require_Node();
    var toJS = require_toJS();
    var isScalarValue = (value) => !value || typeof value !== "function" && typeof value !== "object";
    var Scalar = class extends Node.NodeBase {
      constructor(value) {
        super(identity2.SCALAR);
        this.value = value;
      }
      toJSON(arg, ctx) {
        return ctx?.keep ? this.value : toJS.toJS(this.value, arg, ctx);
      }
      toString() {
        return String(this.value);
      }
    };
    Scalar.BLOCK_FOLDED = "BLOCK_FOLDED";
    Scalar.BLOCK_LITERAL = "BLOCK_LITERAL";
    Scalar.PLAIN = "PLAIN";
    Scalar.QUOTE_DOUBLE = "QUOTE_DOUBLE";
    Scalar.QUOTE_SINGLE = "QUOTE_SINGLE";
    exports.Scalar = Scalar;
    exports.isScalarValue = isScalarValue;
  }
});

// node_modules/yaml/dist/doc/createNode.js
var require_createNode = __commonJS({
  "node_modules/yaml/dist/doc/createNode.js"(exports) {
    "use strict";
    var Alias = require_Alias();
    var identity2 = require_identity();
    var Scalar = require_Scalar();
    var defaultTagPrefix = "tag:yaml.org,2002:";
    function findTagObject(value, tagName, tags) {
      if (tagName) {
        const match = tags.filter((t) => t.tag === tagName);
        const tagObj = match.find((t) => !t.format) ?? match[0];
        if (!tagObj)
          throw new Error(`Tag ${tagName} not found`);
        return tagObj;
      }
      return tags.find((t) => t.identify?.(value) && !t.format);
    }
    function createNode(value, tagName, ctx) {
      if (identity2.isDocument(value))
        value = value.contents;
      if (identity2.isNode(value))
        return value;
      if (identity2.isPair(value)) {
        const map = ctx.schema[identity2.MAP].createNode?.(ctx.schema, null, ctx);
        map.items.push(value);
        return map;
      }
      if (value instanceof String || value instanceof Number || value instanceof Boolean || typeof BigInt !== "undefined" && value instanceof BigInt) {
        value = value.valueOf();
      }
      const { aliasDuplicateObjects, onAnchor, onTagObj, schema, sourceObjects } = ctx;
      let ref = void 0;
      if (aliasDuplicateObjects && value && typeof value === "object") {
        ref = sourceObjects.get(value);
        if (ref) {
          ref.anchor ?? (ref.anchor = onAnchor(value));
          return new Alias.Alias(ref.anchor);
        } else {
          ref = { anchor: null, node: null };
          sourceObjects.set(value, ref);
        }
      }
      if (tagName?.startsWith("!!"))
        tagName = defaultTagPrefix + tagName.slice(2);
      let tagObj = findTagObject(value, tagName, schema.tags);
      if (!tagObj) {
        if (value && typeof value.toJSON === "function") {
          value = value.toJSON();
        }
        if (!value || typeof value !== "object") {
          const node2 = new Scalar.Scalar(value);
          if (ref)
            ref.node = node2;
          return node2;
        }
        tagObj = value instanceof Map ? schema[identity2.MAP] : Symbol.iterator in Object(value) ? schema[identity2.SEQ] : schema[identity2.MAP];
      }
      if (onTagObj) {
        onTagObj(tagObj);
        delete ctx.onTagObj;
      }
      const node = tagObj?.createNode ? tagObj.createNode(ctx.schema, value, ctx) : typeof tagObj?.nodeClass?.from === "function" ? tagObj.nodeClass.from(ctx.schema, value, ctx) : new Scalar.Scalar(value);
      if (tagName)
        node.tag = tagName;
      else if (!tagObj.default)
        node.tag = tagObj.tag;
      if (ref)
        ref.node = node;
      return node;
    }
    exports.createNode = createNode;
  }
});

// node_modules/yaml/dist/nodes/Collection.js
var require_Collection = __commonJS({
  "node_modules/yaml/dist/nodes/Collection.js"(exports) {
    "use strict";
    var createNode = require_createNode();
    var identity2 = require_identity();
    var Node = require_Node();
    function collectionFromPath(schema, path, value) {
      let v = value;
      for (let i = path.length - 1; i >= 0; --i) {
        const k = path[i];
        if (typeof k === "number" && Number.isInteger(k) && k >= 0) {
          const a = [];
          a[k] = v;
          v = a;
        } else {
          v = /* @__PURE__ */ new Map([[k, v]]);
        }
      }
      return createNode.createNode(v, void 0, {
        aliasDuplicateObjects: false,
        keepUndefined: false,
        onAnchor: () => {
          throw new Error("This should not happen, please report a bug.");
        },
        schema,
        sourceObjects: /* @__PURE__ */ new Map()
      });
    }
    var isEmptyPath = (path) => path == null || typeof path === "object" && !!path[Symbol.iterator]().next().done;
    var Collection = class extends Node.NodeBase {
      constructor(type, schema) {
        super(type);
        Object.defineProperty(this, "schema", {
          value: schema,
          configurable: true,
          enumerable: false,
          writable: true
        });
      }
      /**
       * Create a copy of this collection.
       *
       * @param schema - If defined, overwrites the original's schema
       */
      clone(schema) {
        const copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
        if (schema)
          copy.schema = schema;
        copy.items = copy.items.map((it) => identity2.isNode(it) || identity2.isPair(it) ? it.clone(schema) : it);
        if (this.range)
          copy.range = this.range.slice();
        return copy;
      }
      /**
       * Adds a value to the collection. For `!!map` and `!!omap` the value must
       * be a Pair instance or a `{ key, value }` object, which may not have a key
       * that already exists in the map.
       */
      addIn(path, value) {
        if (isEmptyPath(path))
          this.add(value);
        else {
          const [key, ...rest] = path;
          const node = this.get(key, true);
          if (identity2.isCollection(node))
            node.addIn(rest, value);
          else if (node === void 0 && this.schema)
            this.set(key, collectionFromPath(this.schema, rest, value));
          else
            throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
        }
      }
      /**
       * Removes a value from the collection.
       * @returns `true` if the item was found and removed.
       */
      deleteIn(path) {
        const [key, ...rest] = path;
        if (rest.length === 0)
          return this.delete(key);
        const node = this.get(key, true);
        if (identity2.isCollection(node))
          return node.deleteIn(rest);
        else
          throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
      }
      /**
       * Returns item at `key`, or `undefined` if not found. By default unwraps
       * scalar values from their surrounding node; to disable set `keepScalar` to
       * `true` (collections are always returned intact).
       */
      getIn(path, keepScalar) {
        const [key, ...rest] = path;
        const node = this.get(key, true);
        if (rest.length === 0)
          return !keepScalar && identity2.isScalar(node) ? node.value : node;
        else
          return identity2.isCollection(node) ? node.getIn(rest, keepScalar) : void 0;
      }
      hasAllNullValues(allowScalar) {
        return this.items.every((node) => {
          if (!identity2.isPair(node))
            return false;
          const n = node.value;
          return n == null || allowScalar && identity2.isScalar(n) && n.value == null && !n.commentBefore && !n.comment && !n.tag;
        });
      }
      /**
       * Checks if the collection includes a value with the key `key`.
       */
      hasIn(path) {
        const [key, ...rest] = path;
        if (rest.length === 0)
          return this.has(key);
        const node = this.get(key, true);
        return identity2.isCollection(node) ? node.hasIn(rest) : false;
      }
      /**
       * Sets a value in this collection. For `!!set`, `value` needs to be a
       * boolean to add/remove the item from the set.
       */
      setIn(path, value) {
        const [key, ...rest] = path;
        if (rest.length === 0) {
          this.set(key, value);
        } else {
          const node = this.get(key, true);
          if (identity2.isCollection(node))
            node.setIn(rest, value);
          else if (node === void 0 && this.schema)
            this.set(key, collectionFromPath(this.schema, rest, value));
          else
            throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
        }
      }
    };
    exports.Collection = Collection;
    exports.collectionFromPath = collectionFromPath;
    exports.isEmptyPath = isEmptyPath;
  }
});

// node_modules/yaml/dist/stringify/stringifyComment.js
var require_stringifyComment = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyComment.js"(exports) {
    "use strict";
    var stringifyComment = (str) => str.replace(/^(?!$)(?: $)?/gm, "#");
    function indentComment(comment, indent) {
      if (/^\n+$/.test(comment))
        return comment.substring(1);
      return indent ? comment.replace(/^(?! *$)/gm, indent) : comment;
    }
    var lineComment = (str, indent, comment) => str.endsWith("\n") ? indentComment(comment, indent) : comment.includes("\n") ? "\n" + indentComment(comment, indent) : (str.endsWith(" ") ? "" : " ") + comment;
    exports.indentComment = indentComment;
    exports.lineComment = lineComment;
    exports.stringifyComment = stringifyComment;
  }
});

// node_modules/yaml/dist/stringify/foldFlowLines.js
var require_foldFlowLines = __commonJS({
  "node_modules/yaml/dist/stringify/foldFlowLines.js"(exports) {
    "use strict";
    var FOLD_FLOW = "flow";
    var FOLD_BLOCK = "block";
    var FOLD_QUOTED = "quoted";
    function foldFlowLines(text2, indent, mode = "flow", { indentAtStart, lineWidth = 80, minContentWidth = 20, onFold, onOverflow } = {}) {
      if (!lineWidth || lineWidth < 0)
        return text2;
      if (lineWidth < minContentWidth)
        minContentWidth = 0;
      const endStep = Math.max(1 + minContentWidth, 1 + lineWidth - indent.length);
      if (text2.length <= endStep)
        return text2;
      const folds = [];
      const escapedFolds = {};
      let end = lineWidth - indent.length;
      if (typeof indentAtStart === "number") {
        if (indentAtStart > lineWidth - Math.max(2, minContentWidth))
          folds.push(0);
        else
          end = lineWidth - indentAtStart;
      }
      let split = void 0;
      let prev = void 0;
      let overflow = false;
      let i = -1;
      let escStart = -1;
      let escEnd = -1;
      if (mode === FOLD_BLOCK) {
        i = consumeMoreIndentedLines(text2, i, indent.length);
        if (i !== -1)
          end = i + endStep;
      }
      for (let ch; ch = text2[i += 1]; ) {
        if (mode === FOLD_QUOTED && ch === "\\") {
          escStart = i;
          switch (text2[i + 1]) {
            case "x":
              i += 3;
              break;
            case "u":
              i += 5;
              break;
            case "U":
              i += 9;
              break;
            default:
              i += 1;
          }
          escEnd = i;
        }
        if (ch === "\n") {
          if (mode === FOLD_BLOCK)
            i = consumeMoreIndentedLines(text2, i, indent.length);
          end = i + indent.length + endStep;
          split = void 0;
        } else {
          if (ch === " " && prev && prev !== " " && prev !== "\n" && prev !== "	") {
            const next = text2[i + 1];
            if (next && next !== " " && next !== "\n" && next !== "	")
              split = i;
          }
          if (i >= end) {
            if (split) {
              folds.push(split);
              end = split + endStep;
              split = void 0;
            } else if (mode === FOLD_QUOTED) {
              while (prev === " " || prev === "	") {
                prev = ch;
                ch = text2[i += 1];
                overflow = true;
              }
              const j = i > escEnd + 1 ? i - 2 : escStart - 1;
              if (escapedFolds[j])
                return text2;
              folds.push(j);
              escapedFolds[j] = true;
              end = j + endStep;
              split = void 0;
            } else {
              overflow = true;
            }
          }
        }
        prev = ch;
      }
      if (overflow && onOverflow)
        onOverflow();
      if (folds.length === 0)
        return text2;
      if (onFold)
        onFold();
      let res = text2.slice(0, folds[0]);
      for (let i2 = 0; i2 < folds.length; ++i2) {
        const fold = folds[i2];
        const end2 = folds[i2 + 1] || text2.length;
        if (fold === 0)
          res = `
${indent}${text2.slice(0, end2)}`;
        else {
          if (mode === FOLD_QUOTED && escapedFolds[fold])
            res += `${text2[fold]}\\`;
          res += `
${indent}${text2.slice(fold + 1, end2)}`;
        }
      }
      return res;
    }
    function consumeMoreIndentedLines(text2, i, indent) {
      let end = i;
      let start = i + 1;
      let ch = text2[start];
      while (ch === " " || ch === "	") {
        if (i < start + indent) {
          ch = text2[++i];
        } else {
          do {
            ch = text2[++i];
          } while (ch && ch !== "\n");
          end = i;
          start = i + 1;
          ch = text2[start];
        }
      }
      return end;
    }
    exports.FOLD_BLOCK = FOLD_BLOCK;
    exports.FOLD_FLOW = FOLD_FLOW;
    exports.FOLD_QUOTED = FOLD_QUOTED;
    exports.foldFlowLines = foldFlowLines;
  }
});

// node_modules/yaml/dist/stringify/stringifyString.js
var require_stringifyString = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyString.js"(exports) {
    "use strict";
    var Scalar = require_Scalar();
    var foldFlowLines = require_foldFlowLines();
    var getFoldOptions = (ctx, isBlock) => ({
      indentAtStart: isBlock ? ctx.indent.length : ctx.indentAtStart,
      lineWidth: ctx.options.lineWidth,
      minContentWidth: ctx.options.minContentWidth
    });
    var containsDocumentMarker = (str) => /^(%|---|\.\.\.)/m.test(str);
    function lineLengthOverLimit(str, lineWidth, indentLength) {
      if (!lineWidth || lineWidth < 0)
        return false;
      const limit = lineWidth - indentLength;
      const strLen = str.length;
      if (strLen <= limit)
        return false;
      for (let i = 0, start = 0; i < strLen; ++i) {
        if (str[i] === "\n") {
          if (i - start > limit)
            return true;
          start = i + 1;
          if (strLen - start <= limit)
            return false;
        }
      }
      return true;
    }
    function doubleQuotedString(value, ctx) {
      const json = JSON.stringify(value);
      if (ctx.options.doubleQuotedAsJSON)
        return json;
      const { implicitKey } = ctx;
      const minMultiLineLength = ctx.options.doubleQuotedMinMultiLineLength;
      const indent = ctx.indent || (containsDocumentMarker(value) ? "  " : "");
      let str = "";
      let start = 0;
      for (let i = 0, ch = json[i]; ch; ch = json[++i]) {
        if (ch === " " && json[i + 1] === "\\" && json[i + 2] === "n") {
          str += json.slice(start, i) + "\\ ";
          i += 1;
          start = i;
          ch = "\\";
        }
        if (ch === "\\")
          switch (json[i + 1]) {
            case "u":
              {
                str += json.slice(start, i);
                const code = json.substr(i + 2, 4);
                switch (code) {
                  case "0000":
                    str += "\\0";
                    break;
                  case "0007":
                    str += "\\a";
                    break;
                  case "000b":
                    str += "\\v";
                    break;
                  case "001b":
                    str += "\\e";
                    break;
                  case "0085":
                    str += "\\N";
                    break;
                  case "00a0":
                    str += "\\_";
                    break;
                  case "2028":
                    str += "\\L";
                    break;
                  case "2029":
                    str += "\\P";
                    break;
                  default:
                    if (code.substr(0, 2) === "00")
                      str += "\\x" + code.substr(2);
                    else
                      str += json.substr(i, 6);
                }
                i += 5;
                start = i + 1;
              }
              break;
            case "n":
              if (implicitKey || json[i + 2] === '"' || json.length < minMultiLineLength) {
                i += 1;
              } else {
                str += json.slice(start, i) + "\n\n";
                while (json[i + 2] === "\\" && json[i + 3] === "n" && json[i + 4] !== '"') {
                  str += "\n";
                  i += 2;
                }
                str += indent;
                if (json[i + 2] === " ")
                  str += "\\";
                i += 1;
                start = i + 1;
              }
              break;
            default:
              i += 1;
          }
      }
      str = start ? str + json.slice(start) : json;
      return implicitKey ? str : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_QUOTED, getFoldOptions(ctx, false));
    }
    function singleQuotedString(value, ctx) {
      if (ctx.options.singleQuote === false || ctx.implicitKey && value.includes("\n") || /[ \t]\n|\n[ \t]/.test(value))
        return doubleQuotedString(value, ctx);
      const indent = ctx.indent || (containsDocumentMarker(value) ? "  " : "");
      const res = "'" + value.replace(/'/g, "''").replace(/\n+/g, `$&
${indent}`) + "'";
      return ctx.implicitKey ? res : foldFlowLines.foldFlowLines(res, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, false));
    }
    function quotedString(value, ctx) {
      const { singleQuote } = ctx.options;
      let qs;
      if (singleQuote === false)
        qs = doubleQuotedString;
      else {
        const hasDouble = value.includes('"');
        const hasSingle = value.includes("'");
        if (hasDouble && !hasSingle)
          qs = singleQuotedString;
        else if (hasSingle && !hasDouble)
          qs = doubleQuotedString;
        else
          qs = singleQuote ? singleQuotedString : doubleQuotedString;
      }
      return qs(value, ctx);
    }
    var blockEndNewlines;
    try {
      blockEndNewlines = new RegExp("(^|(?<!\n))\n+(?!\n|$)", "g");
    } catch {
      blockEndNewlines = /\n+(?!\n|$)/g;
    }
    function blockString({ comment, type, value }, ctx, onComment, onChompKeep) {
      const { blockQuote, commentString, lineWidth } = ctx.options;
      if (!blockQuote || /\n[\t ]+$/.test(value)) {
        return quotedString(value, ctx);
      }
      const indent = ctx.indent || (ctx.forceBlockIndent || containsDocumentMarker(value) ? "  " : "");
      const literal = blockQuote === "literal" ? true : blockQuote === "folded" || type === Scalar.Scalar.BLOCK_FOLDED ? false : type === Scalar.Scalar.BLOCK_LITERAL ? true : !lineLengthOverLimit(value, lineWidth, indent.length);
      if (!value)
        return literal ? "|\n" : ">\n";
      let chomp;
      let endStart;
      for (endStart = value.length; endStart > 0; --endStart) {
        const ch = value[endStart - 1];
        if (ch !== "\n" && ch !== "	" && ch !== " ")
          break;
      }
      let end = value.substring(endStart);
      const endNlPos = end.indexOf("\n");
      if (endNlPos === -1) {
        chomp = "-";
      } else if (value === end || endNlPos !== end.length - 1) {
        chomp = "+";
        if (onChompKeep)
          onChompKeep();
      } else {
        chomp = "";
      }
      if (end) {
        value = value.slice(0, -end.length);
        if (end[end.length - 1] === "\n")
          end = end.slice(0, -1);
        end = end.replace(blockEndNewlines, `$&${indent}`);
      }
      let startWithSpace = false;
      let startEnd;
      let startNlPos = -1;
      for (startEnd = 0; startEnd < value.length; ++startEnd) {
        const ch = value[startEnd];
        if (ch === " ")
          startWithSpace = true;
        else if (ch === "\n")
          startNlPos = startEnd;
        else
          break;
      }
      let start = value.substring(0, startNlPos < startEnd ? startNlPos + 1 : startEnd);
      if (start) {
        value = value.substring(start.length);
        start = start.replace(/\n+/g, `$&${indent}`);
      }
      const indentSize = indent ? "2" : "1";
      let header = (startWithSpace ? indentSize : "") + chomp;
      if (comment) {
        header += " " + commentString(comment.replace(/ ?[\r\n]+/g, " "));
        if (onComment)
          onComment();
      }
      if (!literal) {
        const foldedValue = value.replace(/\n+/g, "\n$&").replace(/(?:^|\n)([\t ].*)(?:([\n\t ]*)\n(?![\n\t ]))?/g, "$1$2").replace(/\n+/g, `$&${indent}`);
        let literalFallback = false;
        const foldOptions = getFoldOptions(ctx, true);
        if (blockQuote !== "folded" && type !== Scalar.Scalar.BLOCK_FOLDED) {
          foldOptions.onOverflow = () => {
            literalFallback = true;
          };
        }
        const body = foldFlowLines.foldFlowLines(`${start}${foldedValue}${end}`, indent, foldFlowLines.FOLD_BLOCK, foldOptions);
        if (!literalFallback)
          return `>${header}
${indent}${body}`;
      }
      value = value.replace(/\n+/g, `$&${indent}`);
      return `|${header}
${indent}${start}${value}${end}`;
    }
    function plainString(item, ctx, onComment, onChompKeep) {
      const { type, value } = item;
      const { actualString, implicitKey, indent, indentStep, inFlow } = ctx;
      if (implicitKey && value.includes("\n") || inFlow && /[[\]{},]/.test(value)) {
        return quotedString(value, ctx);
      }
      if (/^[\n\t ,[\]{}#&*!|>'"%@`]|^[?-]$|^[?-][ \t]|[\n:][ \t]|[ \t]\n|[\n\t ]#|[\n\t :]$/.test(value)) {
        return implicitKey || inFlow || !value.includes("\n") ? quotedString(value, ctx) : blockString(item, ctx, onComment, onChompKeep);
      }
      if (!implicitKey && !inFlow && type !== Scalar.Scalar.PLAIN && value.includes("\n")) {
        return blockString(item, ctx, onComment, onChompKeep);
      }
      if (containsDocumentMarker(value)) {
        if (indent === "") {
          ctx.forceBlockIndent = true;
          return blockString(item, ctx, onComment, onChompKeep);
        } else if (implicitKey && indent === indentStep) {
          return quotedString(value, ctx);
        }
      }
      const str = value.replace(/\n+/g, `$&
${indent}`);
      if (actualString) {
        const test = (tag) => tag.default && tag.tag !== "tag:yaml.org,2002:str" && tag.test?.test(str);
        const { compat, tags } = ctx.doc.schema;
        if (tags.some(test) || compat?.some(test))
          return quotedString(value, ctx);
      }
      return implicitKey ? str : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, false));
    }
    function stringifyString(item, ctx, onComment, onChompKeep) {
      const { implicitKey, inFlow } = ctx;
      const ss = typeof item.value === "string" ? item : Object.assign({}, item, { value: String(item.value) });
      let { type } = item;
      if (type !== Scalar.Scalar.QUOTE_DOUBLE) {
        if (/[\x00-\x08\x0b-\x1f\x7f-\x9f\u{D800}-\u{DFFF}]/u.test(ss.value))
          type = Scalar.Scalar.QUOTE_DOUBLE;
      }
      const _stringify = (_type) => {
        switch (_type) {
          case Scalar.Scalar.BLOCK_FOLDED:
          case Scalar.Scalar.BLOCK_LITERAL:
            return implicitKey || inFlow ? quotedString(ss.value, ctx) : blockString(ss, ctx, onComment, onChompKeep);
          case Scalar.Scalar.QUOTE_DOUBLE:
            return doubleQuotedString(ss.value, ctx);
          case Scalar.Scalar.QUOTE_SINGLE:
            return singleQuotedString(ss.value, ctx);
          case Scalar.Scalar.PLAIN:
            return plainString(ss, ctx, onComment, onChompKeep);
          default:
            return null;
        }
      };
      let res = _stringify(type);
      if (res === null) {
        const { defaultKeyType, defaultStringType } = ctx.options;
        const t = implicitKey && defaultKeyType || defaultStringType;
        res = _stringify(t);
        if (res === null)
          throw new Error(`Unsupported default string type ${t}`);
      }
      return res;
    }
    exports.stringifyString = stringifyString;
  }
});

// node_modules/yaml/dist/stringify/stringify.js
var require_stringify = __commonJS({
  "node_modules/yaml/dist/stringify/stringify.js"(exports) {
    "use strict";
    var anchors = require_anchors();
    var identity2 = require_identity();
    var stringifyComment = require_stringifyComment();
    var stringifyString = require_stringifyString();
    function createStringifyContext(doc, options) {
      const opt = Object.assign({
        blockQuote: true,
        commentString: stringifyComment.stringifyComment,
        defaultKeyType: null,
        defaultStringType: "PLAIN",
        directives: null,
        doubleQuotedAsJSON: false,
        doubleQuotedMinMultiLineLength: 40,
        falseStr: "false",
        flowCollectionPadding: true,
        indentSeq: true,
        lineWidth: 80,
        minContentWidth: 20,
        nullStr: "null",
        simpleKeys: false,
        singleQuote: null,
        trailingComma: false,
        trueStr: "true",
        verifyAliasOrder: true
      }, doc.schema.toStringOptions, options);
      let inFlow;
      switch (opt.collectionStyle) {
        case "block":
          inFlow = false;
          break;
        case "flow":
          inFlow = true;
          break;
        default:
          inFlow = null;
      }
      return {
        anchors: /* @__PURE__ */ new Set(),
        doc,
        flowCollectionPadding: opt.flowCollectionPadding ? " " : "",
        indent: "",
        indentStep: typeof opt.indent === "number" ? " ".repeat(opt.indent) : "  ",
        inFlow,
        options: opt
      };
    }
    function getTagObject(tags, item) {
      if (item.tag) {
        const match = tags.filter((t) => t.tag === item.tag);
        if (match.length > 0)
          return match.find((t) => t.format === item.format) ?? match[0];
      }
      let tagObj = void 0;
      let obj;
      if (identity2.isScalar(item)) {
        obj = item.value;
        let match = tags.filter((t) => t.identify?.(obj));
        if (match.length > 1) {
          const testMatch = match.filter((t) => t.test);
          if (testMatch.length > 0)
            match = testMatch;
        }
        tagObj = match.find((t) => t.format === item.format) ?? match.find((t) => !t.format);
      } else {
        obj = item;
        tagObj = tags.find((t) => t.nodeClass && obj instanceof t.nodeClass);
      }
      if (!tagObj) {
        const name = obj?.constructor?.name ?? (obj === null ? "null" : typeof obj);
        throw new Error(`Tag not resolved for ${name} value`);
      }
      return tagObj;
    }
    function stringifyProps(node, tagObj, { anchors: anchors$1, doc }) {
      if (!doc.directives)
        return "";
      const props = [];
      const anchor = (identity2.isScalar(node) || identity2.isCollection(node)) && node.anchor;
      if (anchor && anchors.anchorIsValid(anchor)) {
        anchors$1.add(anchor);
        props.push(`&${anchor}`);
      }
      const tag = node.tag ?? (tagObj.default ? null : tagObj.tag);
      if (tag)
        props.push(doc.directives.tagString(tag));
      return props.join(" ");
    }
    function stringify(item, ctx, onComment, onChompKeep) {
      if (identity2.isPair(item))
        return item.toString(ctx, onComment, onChompKeep);
      if (identity2.isAlias(item)) {
        if (ctx.doc.directives)
          return item.toString(ctx);
        if (ctx.resolvedAliases?.has(item)) {
          throw new TypeError(`Cannot stringify circular structure without alias nodes`);
        } else {
          if (ctx.resolvedAliases)
            ctx.resolvedAliases.add(item);
          else
            ctx.resolvedAliases = /* @__PURE__ */ new Set([item]);
          item = item.resolve(ctx.doc);
        }
      }
      let tagObj = void 0;
      const node = identity2.isNode(item) ? item : ctx.doc.createNode(item, { onTagObj: (o) => tagObj = o });
      tagObj ?? (tagObj = getTagObject(ctx.doc.schema.tags, node));
      const props = stringifyProps(node, tagObj, ctx);
      if (props.length > 0)
        ctx.indentAtStart = (ctx.indentAtStart ?? 0) + props.length + 1;
      const str = typeof tagObj.stringify === "function" ? tagObj.stringify(node, ctx, onComment, onChompKeep) : identity2.isScalar(node) ? stringifyString.stringifyString(node, ctx, onComment, onChompKeep) : node.toString(ctx, onComment, onChompKeep);
      if (!props)
        return str;
      return identity2.isScalar(node) || str[0] === "{" || str[0] === "[" ? `${props} ${str}` : `${props}
${ctx.indent}${str}`;
    }
    exports.createStringifyContext = createStringifyContext;
    exports.stringify = stringify;
  }
});

// node_modules/yaml/dist/stringify/stringifyPair.js
var require_stringifyPair = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyPair.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var Scalar = require_Scalar();
    var stringify = require_stringify();
    var stringifyComment = require_stringifyComment();
    function stringifyPair({ key, value }, ctx, onComment, onChompKeep) {
      const { allNullValues, doc, indent, indentStep, options: { commentString, indentSeq, simpleKeys } } = ctx;
      let keyComment = identity2.isNode(key) && key.comment || null;
      if (simpleKeys) {
        if (keyComment) {
          throw new Error("With simple keys, key nodes cannot have comments");
        }
        if (identity2.isCollection(key) || !identity2.isNode(key) && typeof key === "object") {
          const msg = "With simple keys, collection cannot be used as a key value";
          throw new Error(msg);
        }
      }
      let explicitKey = !simpleKeys && (!key || keyComment && value == null && !ctx.inFlow || identity2.isCollection(key) || (identity2.isScalar(key) ? key.type === Scalar.Scalar.BLOCK_FOLDED || key.type === Scalar.Scalar.BLOCK_LITERAL : typeof key === "object"));
      ctx = Object.assign({}, ctx, {
        allNullValues: false,
        implicitKey: !explicitKey && (simpleKeys || !allNullValues),
        indent: indent + indentStep
      });
      let keyCommentDone = false;
      let chompKeep = false;
      let str = stringify.stringify(key, ctx, () => keyCommentDone = true, () => chompKeep = true);
      if (!explicitKey && !ctx.inFlow && str.length > 1024) {
        if (simpleKeys)
          throw new Error("With simple keys, single line scalar must not span more than 1024 characters");
        explicitKey = true;
      }
      if (ctx.inFlow) {
        if (allNullValues || value == null) {
          if (keyCommentDone && onComment)
            onComment();
          return str === "" ? "?" : explicitKey ? `? ${str}` : str;
        }
      } else if (allNullValues && !simpleKeys || value == null && explicitKey) {
        str = `? ${str}`;
        if (keyComment && !keyCommentDone) {
          str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
        } else if (chompKeep && onChompKeep)
          onChompKeep();
        return str;
      }
      if (keyCommentDone)
        keyComment = null;
      if (explicitKey) {
        if (keyComment)
          str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
        str = `? ${str}
${indent}:`;
      } else {
        str = `${str}:`;
        if (keyComment)
          str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
      }
      let vsb, vcb, valueComment;
      if (identity2.isNode(value)) {
        vsb = !!value.spaceBefore;
        vcb = value.commentBefore;
        valueComment = value.comment;
      } else {
        vsb = false;
        vcb = null;
        valueComment = null;
        if (value && typeof value === "object")
          value = doc.createNode(value);
      }
      ctx.implicitKey = false;
      if (!explicitKey && !keyComment && identity2.isScalar(value))
        ctx.indentAtStart = str.length + 1;
      chompKeep = false;
      if (!indentSeq && indentStep.length >= 2 && !ctx.inFlow && !explicitKey && identity2.isSeq(value) && !value.flow && !value.tag && !value.anchor) {
        ctx.indent = ctx.indent.substring(2);
      }
      let valueCommentDone = false;
      const valueStr = stringify.stringify(value, ctx, () => valueCommentDone = true, () => chompKeep = true);
      let ws = " ";
      if (keyComment || vsb || vcb) {
        ws = vsb ? "\n" : "";
        if (vcb) {
          const cs = commentString(vcb);
          ws += `
${stringifyComment.indentComment(cs, ctx.indent)}`;
        }
        if (valueStr === "" && !ctx.inFlow) {
          if (ws === "\n" && valueComment)
            ws = "\n\n";
        } else {
          ws += `
${ctx.indent}`;
        }
      } else if (!explicitKey && identity2.isCollection(value)) {
        const vs0 = valueStr[0];
        const nl0 = valueStr.indexOf("\n");
        const hasNewline = nl0 !== -1;
        const flow2 = ctx.inFlow ?? value.flow ?? value.items.length === 0;
        if (hasNewline || !flow2) {
          let hasPropsLine = false;
          if (hasNewline && (vs0 === "&" || vs0 === "!")) {
            let sp0 = valueStr.indexOf(" ");
            if (vs0 === "&" && sp0 !== -1 && sp0 < nl0 && valueStr[sp0 + 1] === "!") {
              sp0 = valueStr.indexOf(" ", sp0 + 1);
            }
            if (sp0 === -1 || nl0 < sp0)
              hasPropsLine = true;
          }
          if (!hasPropsLine)
            ws = `
${ctx.indent}`;
        }
      } else if (valueStr === "" || valueStr[0] === "\n") {
        ws = "";
      }
      str += ws + valueStr;
      if (ctx.inFlow) {
        if (valueCommentDone && onComment)
          onComment();
      } else if (valueComment && !valueCommentDone) {
        str += stringifyComment.lineComment(str, ctx.indent, commentString(valueComment));
      } else if (chompKeep && onChompKeep) {
        onChompKeep();
      }
      return str;
    }
    exports.stringifyPair = stringifyPair;
  }
});

// node_modules/yaml/dist/log.js
var require_log = __commonJS({
  "node_modules/yaml/dist/log.js"(exports) {
    "use strict";
    var node_process = __require("process");
    function debug(logLevel, ...messages) {
      if (logLevel === "debug")
        console.log(...messages);
    }
    function warn(logLevel, warning) {
      if (logLevel === "debug" || logLevel === "warn") {
        if (typeof node_process.emitWarning === "function")
          node_process.emitWarning(warning);
        else
          console.warn(warning);
      }
    }
    exports.debug = debug;
    exports.warn = warn;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/merge.js
var require_merge = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/merge.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var Scalar = require_Scalar();
    var MERGE_KEY = "<<";
    var merge = {
      identify: (value) => value === MERGE_KEY || typeof value === "symbol" && value.description === MERGE_KEY,
      default: "key",
      tag: "tag:yaml.org,2002:merge",
      test: /^<<$/,
      resolve: () => Object.assign(new Scalar.Scalar(Symbol(MERGE_KEY)), {
        addToJSMap: addMergeToJSMap
      }),
      stringify: () => MERGE_KEY
    };
    var isMergeKey = (ctx, key) => (merge.identify(key) || identity2.isScalar(key) && (!key.type || key.type === Scalar.Scalar.PLAIN) && merge.identify(key.value)) && ctx?.doc.schema.tags.some((tag) => tag.tag === merge.tag && tag.default);
    function addMergeToJSMap(ctx, map, value) {
      const source = resolveAliasValue(ctx, value);
      if (identity2.isSeq(source))
        for (const it of source.items)
          mergeValue(ctx, map, it);
      else if (Array.isArray(source))
        for (const it of source)
          mergeValue(ctx, map, it);
      else
        mergeValue(ctx, map, source);
    }
    function mergeValue(ctx, map, value) {
      const source = resolveAliasValue(ctx, value);
      if (!identity2.isMap(source))
        throw new Error("Merge sources must be maps or map aliases");
      const srcMap = source.toJSON(null, ctx, Map);
      for (const [key, value2] of srcMap) {
        if (map instanceof Map) {
          if (!map.has(key))
            map.set(key, value2);
        } else if (map instanceof Set) {
          map.add(key);
        } else if (!Object.prototype.hasOwnProperty.call(map, key)) {
          Object.defineProperty(map, key, {
            value: value2,
            writable: true,
            enumerable: true,
            configurable: true
          });
        }
      }
      return map;
    }
    function resolveAliasValue(ctx, value) {
      return ctx && identity2.isAlias(value) ? value.resolve(ctx.doc, ctx) : value;
    }
    exports.addMergeToJSMap = addMergeToJSMap;
    exports.isMergeKey = isMergeKey;
    exports.merge = merge;
  }
});

// node_modules/yaml/dist/nodes/addPairToJSMap.js
var require_addPairToJSMap = __commonJS({
  "node_modules/yaml/dist/nodes/addPairToJSMap.js"(exports) {
    "use strict";
    var log = require_log();
    var merge = require_merge();
    var stringify = require_stringify();
    var identity2 = require_identity();
    var toJS = require_toJS();
    function addPairToJSMap(ctx, map, { key, value }) {
      if (identity2.isNode(key) && key.addToJSMap)
        key.addToJSMap(ctx, map, value);
      else if (merge.isMergeKey(ctx, key))
        merge.addMergeToJSMap(ctx, map, value);
      else {
        const jsKey = toJS.toJS(key, "", ctx);
        if (map instanceof Map) {
          map.set(jsKey, toJS.toJS(value, jsKey, ctx));
        } else if (map instanceof Set) {
          map.add(jsKey);
        } else {
          const stringKey = stringifyKey(key, jsKey, ctx);
          const jsValue = toJS.toJS(value, stringKey, ctx);
          if (stringKey in map)
            Object.defineProperty(map, stringKey, {
              value: jsValue,
              writable: true,
              enumerable: true,
              configurable: true
            });
          else
            map[stringKey] = jsValue;
        }
      }
      return map;
    }
    function stringifyKey(key, jsKey, ctx) {
      if (jsKey === null)
        return "";
      if (typeof jsKey !== "object")
        return String(jsKey);
      if (identity2.isNode(key) && ctx?.doc) {
        const strCtx = stringify.createStringifyContext(ctx.doc, {});
        strCtx.anchors = /* @__PURE__ */ new Set();
        for (const node of ctx.anchors.keys())
          strCtx.anchors.add(node.anchor);
        strCtx.inFlow = true;
        strCtx.inStringifyKey = true;
        const strKey = key.toString(strCtx);
        if (!ctx.mapKeyWarned) {
          let jsonStr = JSON.stringify(strKey);
          if (jsonStr.length > 40)
            jsonStr = jsonStr.substring(0, 36) + '..."';
          log.warn(ctx.doc.options.logLevel, `Keys with collection values will be stringified due to JS Object restrictions: ${jsonStr}. Set mapAsMap: true to use object keys.`);
          ctx.mapKeyWarned = true;
        }
        return strKey;
      }
      return JSON.stringify(jsKey);
    }
    exports.addPairToJSMap = addPairToJSMap;
  }
});

// node_modules/yaml/dist/nodes/Pair.js
var require_Pair = __commonJS({
  "node_modules/yaml/dist/nodes/Pair.js"(exports) {
    "use strict";
    var createNode = require_createNode();
    var stringifyPair = require_stringifyPair();
    var addPairToJSMap = require_addPairToJSMap();
    var identity2 = require_identity();
    function createPair(key, value, ctx) {
      const k = createNode.createNode(key, void 0, ctx);
      const v = createNode.createNode(value, void 0, ctx);
      return new Pair(k, v);
    }
    var Pair = class _Pair {
      constructor(key, value = null) {
        Object.defineProperty(this, identity2.NODE_TYPE, { value: identity2.PAIR });
        this.key = key;
        this.value = value;
      }
      clone(schema) {
        let { key, value } = this;
        if (identity2.isNode(key))
          key = key.clone(schema);
        if (identity2.isNode(value))
          value = value.clone(schema);
        return new _Pair(key, value);
      }
      toJSON(_, ctx) {
        const pair = ctx?.mapAsMap ? /* @__PURE__ */ new Map() : {};
        return addPairToJSMap.addPairToJSMap(ctx, pair, this);
      }
      toString(ctx, onComment, onChompKeep) {
        return ctx?.doc ? stringifyPair.stringifyPair(this, ctx, onComment, onChompKeep) : JSON.stringify(this);
      }
    };
    exports.Pair = Pair;
    exports.createPair = createPair;
  }
});

// node_modules/yaml/dist/stringify/stringifyCollection.js
var require_stringifyCollection = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyCollection.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var stringify = require_stringify();
    var stringifyComment = require_stringifyComment();
    function stringifyCollection(collection, ctx, options) {
      const flow2 = ctx.inFlow ?? collection.flow;
      const stringify2 = flow2 ? stringifyFlowCollection : stringifyBlockCollection;
      return stringify2(collection, ctx, options);
    }
    function stringifyBlockCollection({ comment, items }, ctx, { blockItemPrefix, flowChars, itemIndent, onChompKeep, onComment }) {
      const { indent, options: { commentString } } = ctx;
      const itemCtx = Object.assign({}, ctx, { indent: itemIndent, type: null });
      let chompKeep = false;
      const lines = [];
      for (let i = 0; i < items.length; ++i) {
        const item = items[i];
        let comment2 = null;
        if (identity2.isNode(item)) {
          if (!chompKeep && item.spaceBefore)
            lines.push("");
          addCommentBefore(ctx, lines, item.commentBefore, chompKeep);
          if (item.comment)
            comment2 = item.comment;
        } else if (identity2.isPair(item)) {
          const ik = identity2.isNode(item.key) ? item.key : null;
          if (ik) {
            if (!chompKeep && ik.spaceBefore)
              lines.push("");
            addCommentBefore(ctx, lines, ik.commentBefore, chompKeep);
          }
        }
        chompKeep = false;
        let str2 = stringify.stringify(item, itemCtx, () => comment2 = null, () => chompKeep = true);
        if (comment2)
          str2 += stringifyComment.lineComment(str2, itemIndent, commentString(comment2));
        if (chompKeep && comment2)
          chompKeep = false;
        lines.push(blockItemPrefix + str2);
      }
      let str;
      if (lines.length === 0) {
        str = flowChars.start + flowChars.end;
      } else {
        str = lines[0];
        for (let i = 1; i < lines.length; ++i) {
          const line = lines[i];
          str += line ? `
${indent}${line}` : "\n";
        }
      }
      if (comment) {
        str += "\n" + stringifyComment.indentComment(commentString(comment), indent);
        if (onComment)
          onComment();
      } else if (chompKeep && onChompKeep)
        onChompKeep();
      return str;
    }
    function stringifyFlowCollection({ items }, ctx, { flowChars, itemIndent }) {
      const { indent, indentStep, flowCollectionPadding: fcPadding, options: { commentString } } = ctx;
      itemIndent += indentStep;
      const itemCtx = Object.assign({}, ctx, {
        indent: itemIndent,
        inFlow: true,
        type: null
      });
      let reqNewline = false;
      let linesAtValue = 0;
      const lines = [];
      for (let i = 0; i < items.length; ++i) {
        const item = items[i];
        let comment = null;
        if (identity2.isNode(item)) {
          if (item.spaceBefore)
            lines.push("");
          addCommentBefore(ctx, lines, item.commentBefore, false);
          if (item.comment)
            comment = item.comment;
        } else if (identity2.isPair(item)) {
          const ik = identity2.isNode(item.key) ? item.key : null;
          if (ik) {
            if (ik.spaceBefore)
              lines.push("");
            addCommentBefore(ctx, lines, ik.commentBefore, false);
            if (ik.comment)
              reqNewline = true;
          }
          const iv = identity2.isNode(item.value) ? item.value : null;
          if (iv) {
            if (iv.comment)
              comment = iv.comment;
            if (iv.commentBefore)
              reqNewline = true;
          } else if (item.value == null && ik?.comment) {
            comment = ik.comment;
          }
        }
        if (comment)
          reqNewline = true;
        let str = stringify.stringify(item, itemCtx, () => comment = null);
        reqNewline || (reqNewline = lines.length > linesAtValue || str.includes("\n"));
        if (i < items.length - 1) {
          str += ",";
        } else if (ctx.options.trailingComma) {
          if (ctx.options.lineWidth > 0) {
            reqNewline || (reqNewline = lines.reduce((sum2, line) => sum2 + line.length + 2, 2) + (str.length + 2) > ctx.options.lineWidth);
          }
          if (reqNewline) {
            str += ",";
          }
        }
        if (comment)
          str += stringifyComment.lineComment(str, itemIndent, commentString(comment));
        lines.push(str);
        linesAtValue = lines.length;
      }
      const { start, end } = flowChars;
      if (lines.length === 0) {
        return start + end;
      } else {
        if (!reqNewline) {
          const len = lines.reduce((sum2, line) => sum2 + line.length + 2, 2);
          reqNewline = ctx.options.lineWidth > 0 && len > ctx.options.lineWidth;
        }
        if (reqNewline) {
          let str = start;
          for (const line of lines)
            str += line ? `
${indentStep}${indent}${line}` : "\n";
          return `${str}
${indent}${end}`;
        } else {
          return `${start}${fcPadding}${lines.join(" ")}${fcPadding}${end}`;
        }
      }
    }
    function addCommentBefore({ indent, options: { commentString } }, lines, comment, chompKeep) {
      if (comment && chompKeep)
        comment = comment.replace(/^\n+/, "");
      if (comment) {
        const ic = stringifyComment.indentComment(commentString(comment), indent);
        lines.push(ic.trimStart());
      }
    }
    exports.stringifyCollection = stringifyCollection;
  }
});

// node_modules/yaml/dist/nodes/YAMLMap.js
var require_YAMLMap = __commonJS({
  "node_modules/yaml/dist/nodes/YAMLMap.js"(exports) {
    "use strict";
    var stringifyCollection = require_stringifyCollection();
    var addPairToJSMap = require_addPairToJSMap();
    var Collection = require_Collection();
    var identity2 = require_identity();
    var Pair = require_Pair();
    var Scalar = require_Scalar();
    function findPair(items, key) {
      const k = identity2.isScalar(key) ? key.value : key;
      for (const it of items) {
        if (identity2.isPair(it)) {
          if (it.key === key || it.key === k)
            return it;
          if (identity2.isScalar(it.key) && it.key.value === k)
            return it;
        }
      }
      return void 0;
    }
    var YAMLMap = class extends Collection.Collection {
      static get tagName() {
        return "tag:yaml.org,2002:map";
      }
      constructor(schema) {
        super(identity2.MAP, schema);
        this.items = [];
      }
      /**
       * A generic collection parsing method that can be extended
       * to other node classes that inherit from YAMLMap
       */
      static from(schema, obj, ctx) {
        const { keepUndefined, replacer } = ctx;
        const map = new this(schema);
        const add = (key, value) => {
          if (typeof replacer === "function")
            value = replacer.call(obj, key, value);
          else if (Array.isArray(replacer) && !replacer.includes(key))
            return;
          if (value !== void 0 || keepUndefined)
            map.items.push(Pair.createPair(key, value, ctx));
        };
        if (obj instanceof Map) {
          for (const [key, value] of obj)
            add(key, value);
        } else if (obj && typeof obj === "object") {
          for (const key of Object.keys(obj))
            add(key, obj[key]);
        }
        if (typeof schema.sortMapEntries === "function") {
          map.items.sort(schema.sortMapEntries);
        }
        return map;
      }
      /**
       * Adds a value to the collection.
       *
       * @param overwrite - If not set `true`, using a key that is already in the
       *   collection will throw. Otherwise, overwrites the previous value.
       */
      add(pair, overwrite) {
        let _pair;
        if (identity2.isPair(pair))
          _pair = pair;
        else if (!pair || typeof pair !== "object" || !("key" in pair)) {
          _pair = new Pair.Pair(pair, pair?.value);
        } else
          _pair = new Pair.Pair(pair.key, pair.value);
        const prev = findPair(this.items, _pair.key);
        const sortEntries = this.schema?.sortMapEntries;
        if (prev) {
          if (!overwrite)
            throw new Error(`Key ${_pair.key} already set`);
          if (identity2.isScalar(prev.value) && Scalar.isScalarValue(_pair.value))
            prev.value.value = _pair.value;
          else
            prev.value = _pair.value;
        } else if (sortEntries) {
          const i = this.items.findIndex((item) => sortEntries(_pair, item) < 0);
          if (i === -1)
            this.items.push(_pair);
          else
            this.items.splice(i, 0, _pair);
        } else {
          this.items.push(_pair);
        }
      }
      delete(key) {
        const it = findPair(this.items, key);
        if (!it)
          return false;
        const del = this.items.splice(this.items.indexOf(it), 1);
        return del.length > 0;
      }
      get(key, keepScalar) {
        const it = findPair(this.items, key);
        const node = it?.value;
        return (!keepScalar && identity2.isScalar(node) ? node.value : node) ?? void 0;
      }
      has(key) {
        return !!findPair(this.items, key);
      }
      set(key, value) {
        this.add(new Pair.Pair(key, value), true);
      }
      /**
       * @param ctx - Conversion context, originally set in Document#toJS()
       * @param {Class} Type - If set, forces the returned collection type
       * @returns Instance of Type, Map, or Object
       */
      toJSON(_, ctx, Type2) {
        const map = Type2 ? new Type2() : ctx?.mapAsMap ? /* @__PURE__ */ new Map() : {};
        if (ctx?.onCreate)
          ctx.onCreate(map);
        for (const item of this.items)
          addPairToJSMap.addPairToJSMap(ctx, map, item);
        return map;
      }
      toString(ctx, onComment, onChompKeep) {
        if (!ctx)
          return JSON.stringify(this);
        for (const item of this.items) {
          if (!identity2.isPair(item))
            throw new Error(`Map items must all be pairs; found ${JSON.stringify(item)} instead`);
        }
        if (!ctx.allNullValues && this.hasAllNullValues(false))
          ctx = Object.assign({}, ctx, { allNullValues: true });
        return stringifyCollection.stringifyCollection(this, ctx, {
          blockItemPrefix: "",
          flowChars: { start: "{", end: "}" },
          itemIndent: ctx.indent || "",
          onChompKeep,
          onComment
        });
      }
    };
    exports.YAMLMap = YAMLMap;
    exports.findPair = findPair;
  }
});

// node_modules/yaml/dist/schema/common/map.js
var require_map = __commonJS({
  "node_modules/yaml/dist/schema/common/map.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var YAMLMap = require_YAMLMap();
    var map = {
      collection: "map",
      default: true,
      nodeClass: YAMLMap.YAMLMap,
      tag: "tag:yaml.org,2002:map",
      resolve(map2, onError) {
        if (!identity2.isMap(map2))
          onError("Expected a mapping for this tag");
        return map2;
      },
      createNode: (schema, obj, ctx) => YAMLMap.YAMLMap.from(schema, obj, ctx)
    };
    exports.map = map;
  }
});

// node_modules/yaml/dist/nodes/YAMLSeq.js
var require_YAMLSeq = __commonJS({
  "node_modules/yaml/dist/nodes/YAMLSeq.js"(exports) {
    "use strict";
    var createNode = require_createNode();
    var stringifyCollection = require_stringifyCollection();
    var Collection = require_Collection();
    var identity2 = require_identity();
    var Scalar = require_Scalar();
    var toJS = require_toJS();
    var YAMLSeq = class extends Collection.Collection {
      static get tagName() {
        return "tag:yaml.org,2002:seq";
      }
      constructor(schema) {
        super(identity2.SEQ, schema);
        this.items = [];
      }
      add(value) {
        this.items.push(value);
      }
      /**
       * Removes a value from the collection.
       *
       * `key` must contain a representation of an integer for this to succeed.
       * It may be wrapped in a `Scalar`.
       *
       * @returns `true` if the item was found and removed.
       */
      delete(key) {
        const idx = asItemIndex(key);
        if (typeof idx !== "number")
          return false;
        const del = this.items.splice(idx, 1);
        return del.length > 0;
      }
      get(key, keepScalar) {
        const idx = asItemIndex(key);
        if (typeof idx !== "number")
          return void 0;
        const it = this.items[idx];
        return !keepScalar && identity2.isScalar(it) ? it.value : it;
      }
      /**
       * Checks if the collection includes a value with the key `key`.
       *
       * `key` must contain a representation of an integer for this to succeed.
       * It may be wrapped in a `Scalar`.
       */
      has(key) {
        const idx = asItemIndex(key);
        return typeof idx === "number" && idx < this.items.length;
      }
      /**
       * Sets a value in this collection. For `!!set`, `value` needs to be a
       * boolean to add/remove the item from the set.
       *
       * If `key` does not contain a representation of an integer, this will throw.
       * It may be wrapped in a `Scalar`.
       */
      set(key, value) {
        const idx = asItemIndex(key);
        if (typeof idx !== "number")
          throw new Error(`Expected a valid index, not ${key}.`);
        const prev = this.items[idx];
        if (identity2.isScalar(prev) && Scalar.isScalarValue(value))
          prev.value = value;
        else
          this.items[idx] = value;
      }
      toJSON(_, ctx) {
        const seq = [];
        if (ctx?.onCreate)
          ctx.onCreate(seq);
        let i = 0;
        for (const item of this.items)
          seq.push(toJS.toJS(item, String(i++), ctx));
        return seq;
      }
      toString(ctx, onComment, onChompKeep) {
        if (!ctx)
          return JSON.stringify(this);
        return stringifyCollection.stringifyCollection(this, ctx, {
          blockItemPrefix: "- ",
          flowChars: { start: "[", end: "]" },
          itemIndent: (ctx.indent || "") + "  ",
          onChompKeep,
          onComment
        });
      }
      static from(schema, obj, ctx) {
        const { replacer } = ctx;
        const seq = new this(schema);
        if (obj && Symbol.iterator in Object(obj)) {
          let i = 0;
          for (let it of obj) {
            if (typeof replacer === "function") {
              const key = obj instanceof Set ? it : String(i++);
              it = replacer.call(obj, key, it);
            }
            seq.items.push(createNode.createNode(it, void 0, ctx));
          }
        }
        return seq;
      }
    };
    function asItemIndex(key) {
      let idx = identity2.isScalar(key) ? key.value : key;
      if (idx && typeof idx === "string")
        idx = Number(idx);
      return typeof idx === "number" && Number.isInteger(idx) && idx >= 0 ? idx : null;
    }
    exports.YAMLSeq = YAMLSeq;
  }
});

// node_modules/yaml/dist/schema/common/seq.js
var require_seq = __commonJS({
  "node_modules/yaml/dist/schema/common/seq.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var YAMLSeq = require_YAMLSeq();
    var seq = {
      collection: "seq",
      default: true,
      nodeClass: YAMLSeq.YAMLSeq,
      tag: "tag:yaml.org,2002:seq",
      resolve(seq2, onError) {
        if (!identity2.isSeq(seq2))
          onError("Expected a sequence for this tag");
        return seq2;
      },
      createNode: (schema, obj, ctx) => YAMLSeq.YAMLSeq.from(schema, obj, ctx)
    };
    exports.seq = seq;
  }
});

// node_modules/yaml/dist/schema/common/string.js
var require_string = __commonJS({
  "node_modules/yaml/dist/schema/common/string.js"(exports) {
    "use strict";
    var stringifyString = require_stringifyString();
    var string = {
      identify: (value) => typeof value === "string",
      default: true,
      tag: "tag:yaml.org,2002:str",
      resolve: (str) => str,
      stringify(item, ctx, onComment, onChompKeep) {
        ctx = Object.assign({ actualString: true }, ctx);
        return stringifyString.stringifyString(item, ctx, onComment, onChompKeep);
      }
    };
    exports.string = string;
  }
});

// node_modules/yaml/dist/schema/common/null.js
var require_null = __commonJS({
  "node_modules/yaml/dist/schema/common/null.js"(exports) {
    "use strict";
    var Scalar = require_Scalar();
    var nullTag = {
      identify: (value) => value == null,
      createNode: () => new Scalar.Scalar(null),
      default: true,
      tag: "tag:yaml.org,2002:null",
      test: /^(?:~|[Nn]ull|NULL)?$/,
      resolve: () => new Scalar.Scalar(null),
      stringify: ({ source }, ctx) => typeof source === "string" && nullTag.test.test(source) ? source : ctx.options.nullStr
    };
    exports.nullTag = nullTag;
  }
});

// node_modules/yaml/dist/schema/core/bool.js
var require_bool = __commonJS({
  "node_modules/yaml/dist/schema/core/bool.js"(exports) {
    "use strict";
    var Scalar = require_Scalar();
    var boolTag = {
      identify: (value) => typeof value === "boolean",
      default: true,
      tag: "tag:yaml.org,2002:bool",
      test: /^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/,
      resolve: (str) => new Scalar.Scalar(str[0] === "t" || str[0] === "T"),
      stringify({ source, value }, ctx) {
        if (source && boolTag.test.test(source)) {
          const sv = source[0] === "t" || source[0] === "T";
          if (value === sv)
            return source;
        }
        return value ? ctx.options.trueStr : ctx.options.falseStr;
      }
    };
    exports.boolTag = boolTag;
  }
});

// node_modules/yaml/dist/stringify/stringifyNumber.js
var require_stringifyNumber = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyNumber.js"(exports) {
    "use strict";
    function stringifyNumber({ format, minFractionDigits, tag, value }) {
      if (typeof value === "bigint")
        return String(value);
      const num = typeof value === "number" ? value : Number(value);
      if (!isFinite(num))
        return isNaN(num) ? ".nan" : num < 0 ? "-.inf" : ".inf";
      let n = Object.is(value, -0) ? "-0" : JSON.stringify(value);
      if (!format && minFractionDigits && (!tag || tag === "tag:yaml.org,2002:float") && /^-?\d/.test(n) && !n.includes("e")) {
        let i = n.indexOf(".");
        if (i < 0) {
          i = n.length;
          n += ".";
        }
        let d = minFractionDigits - (n.length - i - 1);
        while (d-- > 0)
          n += "0";
      }
      return n;
    }
    exports.stringifyNumber = stringifyNumber;
  }
});

// node_modules/yaml/dist/schema/core/float.js
var require_float = __commonJS({
  "node_modules/yaml/dist/schema/core/float.js"(exports) {
    "use strict";
    var Scalar = require_Scalar();
    var stringifyNumber = require_stringifyNumber();
    var floatNaN = {
      identify: (value) => typeof value === "number",
      default: true,
      tag: "tag:yaml.org,2002:float",
      test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
      resolve: (str) => str.slice(-3).toLowerCase() === "nan" ? NaN : str[0] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
      stringify: stringifyNumber.stringifyNumber
    };
    var floatExp = {
      identify: (value) => typeof value === "number",
      default: true,
      tag: "tag:yaml.org,2002:float",
      format: "EXP",
      test: /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/,
      resolve: (str) => parseFloat(str),
      stringify(node) {
        const num = Number(node.value);
        return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node);
      }
    };
    var float = {
      identify: (value) => typeof value === "number",
      default: true,
      tag: "tag:yaml.org,2002:float",
      test: /^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$/,
      resolve(str) {
        const node = new Scalar.Scalar(parseFloat(str));
        const dot = str.indexOf(".");
        if (dot !== -1 && str[str.length - 1] === "0")
          node.minFractionDigits = str.length - dot - 1;
        return node;
      },
      stringify: stringifyNumber.stringifyNumber
    };
    exports.float = float;
    exports.floatExp = floatExp;
    exports.floatNaN = floatNaN;
  }
});

// node_modules/yaml/dist/schema/core/int.js
var require_int = __commonJS({
  "node_modules/yaml/dist/schema/core/int.js"(exports) {
    "use strict";
    var stringifyNumber = require_stringifyNumber();
    var intIdentify = (value) => typeof value === "bigint" || Number.isInteger(value);
    var intResolve = (str, offset, radix, { intAsBigInt }) => intAsBigInt ? BigInt(str) : parseInt(str.substring(offset), radix);
    function intStringify(node, radix, prefix) {
      const { value } = node;
      if (intIdentify(value) && value >= 0)
        return prefix + value.toString(radix);
      return stringifyNumber.stringifyNumber(node);
    }
    var intOct = {
      identify: (value) => intIdentify(value) && value >= 0,
      default: true,
      tag: "tag:yaml.org,2002:int",
      format: "OCT",
      test: /^0o[0-7]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 2, 8, opt),
      stringify: (node) => intStringify(node, 8, "0o")
    };
    var int = {
      identify: intIdentify,
      default: true,
      tag: "tag:yaml.org,2002:int",
      test: /^[-+]?[0-9]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
      stringify: stringifyNumber.stringifyNumber
    };
    var intHex = {
      identify: (value) => intIdentify(value) && value >= 0,
      default: true,
      tag: "tag:yaml.org,2002:int",
      format: "HEX",
      test: /^0x[0-9a-fA-F]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
      stringify: (node) => intStringify(node, 16, "0x")
    };
    exports.int = int;
    exports.intHex = intHex;
    exports.intOct = intOct;
  }
});

// node_modules/yaml/dist/schema/core/schema.js
var require_schema = __commonJS({
  "node_modules/yaml/dist/schema/core/schema.js"(exports) {
    "use strict";
    var map = require_map();
    var _null = require_null();
    var seq = require_seq();
    var string = require_string();
    var bool2 = require_bool();
    var float = require_float();
    var int = require_int();
    var schema = [
      map.map,
      seq.seq,
      string.string,
      _null.nullTag,
      bool2.boolTag,
      int.intOct,
      int.int,
      int.intHex,
      float.floatNaN,
      float.floatExp,
      float.float
    ];
    exports.schema = schema;
  }
});

// node_modules/yaml/dist/schema/json/schema.js
var require_schema2 = __commonJS({
  "node_modules/yaml/dist/schema/json/schema.js"(exports) {
    "use strict";
    var Scalar = require_Scalar();
    var map = require_map();
    var seq = require_seq();
    function intIdentify(value) {
      return typeof value === "bigint" || Number.isInteger(value);
    }
    var stringifyJSON = ({ value }) => JSON.stringify(value);
    var jsonScalars = [
      {
        identify: (value) => typeof value === "string",
        default: true,
        tag: "tag:yaml.org,2002:str",
        resolve: (str) => str,
        stringify: stringifyJSON
      },
      {
        identify: (value) => value == null,
        createNode: () => new Scalar.Scalar(null),
        default: true,
        tag: "tag:yaml.org,2002:null",
        test: /^null$/,
        resolve: () => null,
        stringify: stringifyJSON
      },
      {
        identify: (value) => typeof value === "boolean",
        default: true,
        tag: "tag:yaml.org,2002:bool",
        test: /^true$|^false$/,
        resolve: (str) => str === "true",
        stringify: stringifyJSON
      },
      {
        identify: intIdentify,
        default: true,
        tag: "tag:yaml.org,2002:int",
        test: /^-?(?:0|[1-9][0-9]*)$/,
        resolve: (str, _onError, { intAsBigInt }) => intAsBigInt ? BigInt(str) : parseInt(str, 10),
        stringify: ({ value }) => intIdentify(value) ? value.toString() : JSON.stringify(value)
      },
      {
        identify: (value) => typeof value === "number",
        default: true,
        tag: "tag:yaml.org,2002:float",
        test: /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$/,
        resolve: (str) => parseFloat(str),
        stringify: stringifyJSON
      }
    ];
    var jsonError = {
      default: true,
      tag: "",
      test: /^/,
      resolve(str, onError) {
        onError(`Unresolved plain scalar ${JSON.stringify(str)}`);
        return str;
      }
    };
    var schema = [map.map, seq.seq].concat(jsonScalars, jsonError);
    exports.schema = schema;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/binary.js
var require_binary = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/binary.js"(exports) {
    "use strict";
    var node_buffer = __require("buffer");
    var Scalar = require_Scalar();
    var stringifyString = require_stringifyString();
    var binary = {
      identify: (value) => value instanceof Uint8Array,
      // Buffer inherits from Uint8Array
      default: false,
      tag: "tag:yaml.org,2002:binary",
      /**
       * Returns a Buffer in node and an Uint8Array in browsers
       *
       * To use the resulting buffer as an image, you'll want to do something like:
       *
       *   const blob = new Blob([buffer], { type: 'image/jpeg' })
       *   document.querySelector('#photo').src = URL.createObjectURL(blob)
       */
      resolve(src, onError) {
        if (typeof node_buffer.Buffer === "function") {
          return node_buffer.Buffer.from(src, "base64");
        } else if (typeof atob === "function") {
          const str = atob(src.replace(/[\n\r]/g, ""));
          const buffer = new Uint8Array(str.length);
          for (let i = 0; i < str.length; ++i)
            buffer[i] = str.charCodeAt(i);
          return buffer;
        } else {
          onError("This environment does not support reading binary tags; either Buffer or atob is required");
          return src;
        }
      },
      stringify({ comment, type, value }, ctx, onComment, onChompKeep) {
        if (!value)
          return "";
        const buf = value;
        let str;
        if (typeof node_buffer.Buffer === "function") {
          str = buf instanceof node_buffer.Buffer ? buf.toString("base64") : node_buffer.Buffer.from(buf.buffer).toString("base64");
        } else if (typeof btoa === "function") {
          let s = "";
          for (let i = 0; i < buf.length; ++i)
            s += String.fromCharCode(buf[i]);
          str = btoa(s);
        } else {
          throw new Error("This environment does not support writing binary tags; either Buffer or btoa is required");
        }
        type ?? (type = Scalar.Scalar.BLOCK_LITERAL);
        if (type !== Scalar.Scalar.QUOTE_DOUBLE) {
          const lineWidth = Math.max(ctx.options.lineWidth - ctx.indent.length, ctx.options.minContentWidth);
          const n = Math.ceil(str.length / lineWidth);
          const lines = new Array(n);
          for (let i = 0, o = 0; i < n; ++i, o += lineWidth) {
            lines[i] = str.substr(o, lineWidth);
          }
          str = lines.join(type === Scalar.Scalar.BLOCK_LITERAL ? "\n" : " ");
        }
        return stringifyString.stringifyString({ comment, type, value: str }, ctx, onComment, onChompKeep);
      }
    };
    exports.binary = binary;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/pairs.js
var require_pairs = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/pairs.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var Pair = require_Pair();
    var Scalar = require_Scalar();
    var YAMLSeq = require_YAMLSeq();
    function resolvePairs(seq, onError) {
      if (identity2.isSeq(seq)) {
        for (let i = 0; i < seq.items.length; ++i) {
          let item = seq.items[i];
          if (identity2.isPair(item))
            continue;
          else if (identity2.isMap(item)) {
            if (item.items.length > 1)
              onError("Each pair must have its own sequence indicator");
            const pair = item.items[0] || new Pair.Pair(new Scalar.Scalar(null));
            if (item.commentBefore)
              pair.key.commentBefore = pair.key.commentBefore ? `${item.commentBefore}
${pair.key.commentBefore}` : item.commentBefore;
            if (item.comment) {
              const cn = pair.value ?? pair.key;
              cn.comment = cn.comment ? `${item.comment}
${cn.comment}` : item.comment;
            }
            item = pair;
          }
          seq.items[i] = identity2.isPair(item) ? item : new Pair.Pair(item);
        }
      } else
        onError("Expected a sequence for this tag");
      return seq;
    }
    function createPairs(schema, iterable, ctx) {
      const { replacer } = ctx;
      const pairs2 = new YAMLSeq.YAMLSeq(schema);
      pairs2.tag = "tag:yaml.org,2002:pairs";
      let i = 0;
      if (iterable && Symbol.iterator in Object(iterable))
        for (let it of iterable) {
          if (typeof replacer === "function")
            it = replacer.call(iterable, String(i++), it);
          let key, value;
          if (Array.isArray(it)) {
            if (it.length === 2) {
              key = it[0];
              value = it[1];
            } else
              throw new TypeError(`Expected [key, value] tuple: ${it}`);
          } else if (it && it instanceof Object) {
            const keys = Object.keys(it);
            if (keys.length === 1) {
              key = keys[0];
              value = it[key];
            } else {
              throw new TypeError(`Expected tuple with one key, not ${keys.length} keys`);
            }
          } else {
            key = it;
          }
          pairs2.items.push(Pair.createPair(key, value, ctx));
        }
      return pairs2;
    }
    var pairs = {
      collection: "seq",
      default: false,
      tag: "tag:yaml.org,2002:pairs",
      resolve: resolvePairs,
      createNode: createPairs
    };
    exports.createPairs = createPairs;
    exports.pairs = pairs;
    exports.resolvePairs = resolvePairs;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/omap.js
var require_omap = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/omap.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var toJS = require_toJS();
    var YAMLMap = require_YAMLMap();
    var YAMLSeq = require_YAMLSeq();
    var pairs = require_pairs();
    var YAMLOMap = class _YAMLOMap extends YAMLSeq.YAMLSeq {
      constructor() {
        super();
        this.add = YAMLMap.YAMLMap.prototype.add.bind(this);
        this.delete = YAMLMap.YAMLMap.prototype.delete.bind(this);
        this.get = YAMLMap.YAMLMap.prototype.get.bind(this);
        this.has = YAMLMap.YAMLMap.prototype.has.bind(this);
        this.set = YAMLMap.YAMLMap.prototype.set.bind(this);
        this.tag = _YAMLOMap.tag;
      }
      /**
       * If `ctx` is given, the return type is actually `Map<unknown, unknown>`,
       * but TypeScript won't allow widening the signature of a child method.
       */
      toJSON(_, ctx) {
        if (!ctx)
          return super.toJSON(_);
        const map = /* @__PURE__ */ new Map();
        if (ctx?.onCreate)
          ctx.onCreate(map);
        for (const pair of this.items) {
          let key, value;
          if (identity2.isPair(pair)) {
            key = toJS.toJS(pair.key, "", ctx);
            value = toJS.toJS(pair.value, key, ctx);
          } else {
            key = toJS.toJS(pair, "", ctx);
          }
          if (map.has(key))
            throw new Error("Ordered maps must not include duplicate keys");
          map.set(key, value);
        }
        return map;
      }
      static from(schema, iterable, ctx) {
        const pairs$1 = pairs.createPairs(schema, iterable, ctx);
        const omap2 = new this();
        omap2.items = pairs$1.items;
        return omap2;
      }
    };
    YAMLOMap.tag = "tag:yaml.org,2002:omap";
    var omap = {
      collection: "seq",
      identify: (value) => value instanceof Map,
      nodeClass: YAMLOMap,
      default: false,
      tag: "tag:yaml.org,2002:omap",
      resolve(seq, onError) {
        const pairs$1 = pairs.resolvePairs(seq, onError);
        const seenKeys = [];
        for (const { key } of pairs$1.items) {
          if (identity2.isScalar(key)) {
            if (seenKeys.includes(key.value)) {
              onError(`Ordered maps must not include duplicate keys: ${key.value}`);
            } else {
              seenKeys.push(key.value);
            }
          }
        }
        return Object.assign(new YAMLOMap(), pairs$1);
      },
      createNode: (schema, iterable, ctx) => YAMLOMap.from(schema, iterable, ctx)
    };
    exports.YAMLOMap = YAMLOMap;
    exports.omap = omap;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/bool.js
var require_bool2 = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/bool.js"(exports) {
    "use strict";
    var Scalar = require_Scalar();
    function boolStringify({ value, source }, ctx) {
      const boolObj = value ? trueTag : falseTag;
      if (source && boolObj.test.test(source))
        return source;
      return value ? ctx.options.trueStr : ctx.options.falseStr;
    }
    var trueTag = {
      identify: (value) => value === true,
      default: true,
      tag: "tag:yaml.org,2002:bool",
      test: /^(?:Y|y|[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/,
      resolve: () => new Scalar.Scalar(true),
      stringify: boolStringify
    };
    var falseTag = {
      identify: (value) => value === false,
      default: true,
      tag: "tag:yaml.org,2002:bool",
      test: /^(?:N|n|[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/,
      resolve: () => new Scalar.Scalar(false),
      stringify: boolStringify
    };
    exports.falseTag = falseTag;
    exports.trueTag = trueTag;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/float.js
var require_float2 = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/float.js"(exports) {
    "use strict";
    var Scalar = require_Scalar();
    var stringifyNumber = require_stringifyNumber();
    var floatNaN = {
      identify: (value) => typeof value === "number",
      default: true,
      tag: "tag:yaml.org,2002:float",
      test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
      resolve: (str) => str.slice(-3).toLowerCase() === "nan" ? NaN : str[0] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
      stringify: stringifyNumber.stringifyNumber
    };
    var floatExp = {
      identify: (value) => typeof value === "number",
      default: true,
      tag: "tag:yaml.org,2002:float",
      format: "EXP",
      test: /^[-+]?(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?[eE][-+]?[0-9]+$/,
      resolve: (str) => parseFloat(str.replace(/_/g, "")),
      stringify(node) {
        const num = Number(node.value);
        return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node);
      }
    };
    var float = {
      identify: (value) => typeof value === "number",
      default: true,
      tag: "tag:yaml.org,2002:float",
      test: /^[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*$/,
      resolve(str) {
        const node = new Scalar.Scalar(parseFloat(str.replace(/_/g, "")));
        const dot = str.indexOf(".");
        if (dot !== -1) {
          const f = str.substring(dot + 1).replace(/_/g, "");
          if (f[f.length - 1] === "0")
            node.minFractionDigits = f.length;
        }
        return node;
      },
      stringify: stringifyNumber.stringifyNumber
    };
    exports.float = float;
    exports.floatExp = floatExp;
    exports.floatNaN = floatNaN;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/int.js
var require_int2 = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/int.js"(exports) {
    "use strict";
    var stringifyNumber = require_stringifyNumber();
    var intIdentify = (value) => typeof value === "bigint" || Number.isInteger(value);
    function intResolve(str, offset, radix, { intAsBigInt }) {
      const sign = str[0];
      if (sign === "-" || sign === "+")
        offset += 1;
      str = str.substring(offset).replace(/_/g, "");
      if (intAsBigInt) {
        switch (radix) {
          case 2:
            str = `0b${str}`;
            break;
          case 8:
            str = `0o${str}`;
            break;
          case 16:
            str = `0x${str}`;
            break;
        }
        const n2 = BigInt(str);
        return sign === "-" ? BigInt(-1) * n2 : n2;
      }
      const n = parseInt(str, radix);
      return sign === "-" ? -1 * n : n;
    }
    function intStringify(node, radix, prefix) {
      const { value } = node;
      if (intIdentify(value)) {
        const str = value.toString(radix);
        return value < 0 ? "-" + prefix + str.substr(1) : prefix + str;
      }
      return stringifyNumber.stringifyNumber(node);
    }
    var intBin = {
      identify: intIdentify,
      default: true,
      tag: "tag:yaml.org,2002:int",
      format: "BIN",
      test: /^[-+]?0b[0-1_]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 2, 2, opt),
      stringify: (node) => intStringify(node, 2, "0b")
    };
    var intOct = {
      identify: intIdentify,
      default: true,
      tag: "tag:yaml.org,2002:int",
      format: "OCT",
      test: /^[-+]?0[0-7_]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 1, 8, opt),
      stringify: (node) => intStringify(node, 8, "0")
    };
    var int = {
      identify: intIdentify,
      default: true,
      tag: "tag:yaml.org,2002:int",
      test: /^[-+]?[0-9][0-9_]*$/,
      resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
      stringify: stringifyNumber.stringifyNumber
    };
    var intHex = {
      identify: intIdentify,
      default: true,
      tag: "tag:yaml.org,2002:int",
      format: "HEX",
      test: /^[-+]?0x[0-9a-fA-F_]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
      stringify: (node) => intStringify(node, 16, "0x")
    };
    exports.int = int;
    exports.intBin = intBin;
    exports.intHex = intHex;
    exports.intOct = intOct;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/set.js
var require_set = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/set.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var Pair = require_Pair();
    var YAMLMap = require_YAMLMap();
    var YAMLSet = class _YAMLSet extends YAMLMap.YAMLMap {
      constructor(schema) {
        super(schema);
        this.tag = _YAMLSet.tag;
      }
      add(key) {
        let pair;
        if (identity2.isPair(key))
          pair = key;
        else if (key && typeof key === "object" && "key" in key && "value" in key && key.value === null)
          pair = new Pair.Pair(key.key, null);
        else
          pair = new Pair.Pair(key, null);
        const prev = YAMLMap.findPair(this.items, pair.key);
        if (!prev)
          this.items.push(pair);
      }
      /**
       * If `keepPair` is `true`, returns the Pair matching `key`.
       * Otherwise, returns the value of that Pair's key.
       */
      get(key, keepPair) {
        const pair = YAMLMap.findPair(this.items, key);
        return !keepPair && identity2.isPair(pair) ? identity2.isScalar(pair.key) ? pair.key.value : pair.key : pair;
      }
      set(key, value) {
        if (typeof value !== "boolean")
          throw new Error(`Expected boolean value for set(key, value) in a YAML set, not ${typeof value}`);
        const prev = YAMLMap.findPair(this.items, key);
        if (prev && !value) {
          this.items.splice(this.items.indexOf(prev), 1);
        } else if (!prev && value) {
          this.items.push(new Pair.Pair(key));
        }
      }
      toJSON(_, ctx) {
        return super.toJSON(_, ctx, Set);
      }
      toString(ctx, onComment, onChompKeep) {
        if (!ctx)
          return JSON.stringify(this);
        if (this.hasAllNullValues(true))
          return super.toString(Object.assign({}, ctx, { allNullValues: true }), onComment, onChompKeep);
        else
          throw new Error("Set items must all have null values");
      }
      static from(schema, iterable, ctx) {
        const { replacer } = ctx;
        const set2 = new this(schema);
        if (iterable && Symbol.iterator in Object(iterable))
          for (let value of iterable) {
            if (typeof replacer === "function")
              value = replacer.call(iterable, value, value);
            set2.items.push(Pair.createPair(value, null, ctx));
          }
        return set2;
      }
    };
    YAMLSet.tag = "tag:yaml.org,2002:set";
    var set = {
      collection: "map",
      identify: (value) => value instanceof Set,
      nodeClass: YAMLSet,
      default: false,
      tag: "tag:yaml.org,2002:set",
      createNode: (schema, iterable, ctx) => YAMLSet.from(schema, iterable, ctx),
      resolve(map, onError) {
        if (identity2.isMap(map)) {
          if (map.hasAllNullValues(true))
            return Object.assign(new YAMLSet(), map);
          else
            onError("Set items must all have null values");
        } else
          onError("Expected a mapping for this tag");
        return map;
      }
    };
    exports.YAMLSet = YAMLSet;
    exports.set = set;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/timestamp.js
var require_timestamp = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/timestamp.js"(exports) {
    "use strict";
    var stringifyNumber = require_stringifyNumber();
    function parseSexagesimal(str, asBigInt) {
      const sign = str[0];
      const parts = sign === "-" || sign === "+" ? str.substring(1) : str;
      const num = (n) => asBigInt ? BigInt(n) : Number(n);
      const res = parts.replace(/_/g, "").split(":").reduce((res2, p) => res2 * num(60) + num(p), num(0));
      return sign === "-" ? num(-1) * res : res;
    }
    function stringifySexagesimal(node) {
      let { value } = node;
      let num = (n) => n;
      if (typeof value === "bigint")
        num = (n) => BigInt(n);
      else if (isNaN(value) || !isFinite(value))
        return stringifyNumber.stringifyNumber(node);
      let sign = "";
      if (value < 0) {
        sign = "-";
        value *= num(-1);
      }
      const _60 = num(60);
      const parts = [value % _60];
      if (value < 60) {
        parts.unshift(0);
      } else {
        value = (value - parts[0]) / _60;
        parts.unshift(value % _60);
        if (value >= 60) {
          value = (value - parts[0]) / _60;
          parts.unshift(value);
        }
      }
      return sign + parts.map((n) => String(n).padStart(2, "0")).join(":").replace(/000000\d*$/, "");
    }
    var intTime = {
      identify: (value) => typeof value === "bigint" || Number.isInteger(value),
      default: true,
      tag: "tag:yaml.org,2002:int",
      format: "TIME",
      test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+$/,
      resolve: (str, _onError, { intAsBigInt }) => parseSexagesimal(str, intAsBigInt),
      stringify: stringifySexagesimal
    };
    var floatTime = {
      identify: (value) => typeof value === "number",
      default: true,
      tag: "tag:yaml.org,2002:float",
      format: "TIME",
      test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/,
      resolve: (str) => parseSexagesimal(str, false),
      stringify: stringifySexagesimal
    };
    var timestamp = {
      identify: (value) => value instanceof Date,
      default: true,
      tag: "tag:yaml.org,2002:timestamp",
      // If the time zone is omitted, the timestamp is assumed to be specified in UTC. The time part
      // may be omitted altogether, resulting in a date format. In such a case, the time part is
      // assumed to be 00:00:00Z (start of day, UTC).
      test: RegExp("^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?:t|T|[ \\t]+)([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}(\\.[0-9]+)?)(?:[ \\t]*(Z|[-+][012]?[0-9](?::[0-9]{2})?))?)?$"),
      resolve(str) {
        const match = str.match(timestamp.test);
        if (!match)
          throw new Error("!!timestamp expects a date, starting with yyyy-mm-dd");
        const [, year, month, day, hour, minute, second] = match.map(Number);
        const millisec = match[7] ? Number((match[7] + "00").substr(1, 3)) : 0;
        let date = Date.UTC(year, month - 1, day, hour || 0, minute || 0, second || 0, millisec);
        const tz = match[8];
        if (tz && tz !== "Z") {
          let d = parseSexagesimal(tz, false);
          if (Math.abs(d) < 30)
            d *= 60;
          date -= 6e4 * d;
        }
        return new Date(date);
      },
      stringify: ({ value }) => value?.toISOString().replace(/(T00:00:00)?\.000Z$/, "") ?? ""
    };
    exports.floatTime = floatTime;
    exports.intTime = intTime;
    exports.timestamp = timestamp;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/schema.js
var require_schema3 = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/schema.js"(exports) {
    "use strict";
    var map = require_map();
    var _null = require_null();
    var seq = require_seq();
    var string = require_string();
    var binary = require_binary();
    var bool2 = require_bool2();
    var float = require_float2();
    var int = require_int2();
    var merge = require_merge();
    var omap = require_omap();
    var pairs = require_pairs();
    var set = require_set();
    var timestamp = require_timestamp();
    var schema = [
      map.map,
      seq.seq,
      string.string,
      _null.nullTag,
      bool2.trueTag,
      bool2.falseTag,
      int.intBin,
      int.intOct,
      int.int,
      int.intHex,
      float.floatNaN,
      float.floatExp,
      float.float,
      binary.binary,
      merge.merge,
      omap.omap,
      pairs.pairs,
      set.set,
      timestamp.intTime,
      timestamp.floatTime,
      timestamp.timestamp
    ];
    exports.schema = schema;
  }
});

// node_modules/yaml/dist/schema/tags.js
var require_tags = __commonJS({
  "node_modules/yaml/dist/schema/tags.js"(exports) {
    "use strict";
    var map = require_map();
    var _null = require_null();
    var seq = require_seq();
    var string = require_string();
    var bool2 = require_bool();
    var float = require_float();
    var int = require_int();
    var schema = require_schema();
    var schema$1 = require_schema2();
    var binary = require_binary();
    var merge = require_merge();
    var omap = require_omap();
    var pairs = require_pairs();
    var schema$2 = require_schema3();
    var set = require_set();
    var timestamp = require_timestamp();
    var schemas = /* @__PURE__ */ new Map([
      ["core", schema.schema],
      ["failsafe", [map.map, seq.seq, string.string]],
      ["json", schema$1.schema],
      ["yaml11", schema$2.schema],
      ["yaml-1.1", schema$2.schema]
    ]);
    var tagsByName = {
      binary: binary.binary,
      bool: bool2.boolTag,
      float: float.float,
      floatExp: float.floatExp,
      floatNaN: float.floatNaN,
      floatTime: timestamp.floatTime,
      int: int.int,
      intHex: int.intHex,
      intOct: int.intOct,
      intTime: timestamp.intTime,
      map: map.map,
      merge: merge.merge,
      null: _null.nullTag,
      omap: omap.omap,
      pairs: pairs.pairs,
      seq: seq.seq,
      set: set.set,
      timestamp: timestamp.timestamp
    };
    var coreKnownTags = {
      "tag:yaml.org,2002:binary": binary.binary,
      "tag:yaml.org,2002:merge": merge.merge,
      "tag:yaml.org,2002:omap": omap.omap,
      "tag:yaml.org,2002:pairs": pairs.pairs,
      "tag:yaml.org,2002:set": set.set,
      "tag:yaml.org,2002:timestamp": timestamp.timestamp
    };
    function getTags(customTags, schemaName, addMergeTag) {
      const schemaTags = schemas.get(schemaName);
      if (schemaTags && !customTags) {
        return addMergeTag && !schemaTags.includes(merge.merge) ? schemaTags.concat(merge.merge) : schemaTags.slice();
      }
      let tags = schemaTags;
      if (!tags) {
        if (Array.isArray(customTags))
          tags = [];
        else {
          const keys = Array.from(schemas.keys()).filter((key) => key !== "yaml11").map((key) => JSON.stringify(key)).join(", ");
          throw new Error(`Unknown schema "${schemaName}"; use one of ${keys} or define customTags array`);
        }
      }
      if (Array.isArray(customTags)) {
        for (const tag of customTags)
          tags = tags.concat(tag);
      } else if (typeof customTags === "function") {
        tags = customTags(tags.slice());
      }
      if (addMergeTag)
        tags = tags.concat(merge.merge);
      return tags.reduce((tags2, tag) => {
        const tagObj = typeof tag === "string" ? tagsByName[tag] : tag;
        if (!tagObj) {
          const tagName = JSON.stringify(tag);
          const keys = Object.keys(tagsByName).map((key) => JSON.stringify(key)).join(", ");
          throw new Error(`Unknown custom tag ${tagName}; use one of ${keys}`);
        }
        if (!tags2.includes(tagObj))
          tags2.push(tagObj);
        return tags2;
      }, []);
    }
    exports.coreKnownTags = coreKnownTags;
    exports.getTags = getTags;
  }
});

// node_modules/yaml/dist/schema/Schema.js
var require_Schema = __commonJS({
  "node_modules/yaml/dist/schema/Schema.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var map = require_map();
    var seq = require_seq();
    var string = require_string();
    var tags = require_tags();
    var sortMapEntriesByKey = (a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
    var Schema = class _Schema {
      constructor({ compat, customTags, merge, resolveKnownTags, schema, sortMapEntries, toStringDefaults }) {
        this.compat = Array.isArray(compat) ? tags.getTags(compat, "compat") : compat ? tags.getTags(null, compat) : null;
        this.name = typeof schema === "string" && schema || "core";
        this.knownTags = resolveKnownTags ? tags.coreKnownTags : {};
        this.tags = tags.getTags(customTags, this.name, merge);
        this.toStringOptions = toStringDefaults ?? null;
        Object.defineProperty(this, identity2.MAP, { value: map.map });
        Object.defineProperty(this, identity2.SCALAR, { value: string.string });
        Object.defineProperty(this, identity2.SEQ, { value: seq.seq });
        this.sortMapEntries = typeof sortMapEntries === "function" ? sortMapEntries : sortMapEntries === true ? sortMapEntriesByKey : null;
      }
      clone() {
        const copy = Object.create(_Schema.prototype, Object.getOwnPropertyDescriptors(this));
        copy.tags = this.tags.slice();
        return copy;
      }
    };
    exports.Schema = Schema;
  }
});

// node_modules/yaml/dist/stringify/stringifyDocument.js
var require_stringifyDocument = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyDocument.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var stringify = require_stringify();
    var stringifyComment = require_stringifyComment();
    function stringifyDocument(doc, options) {
      const lines = [];
      let hasDirectives = options.directives === true;
      if (options.directives !== false && doc.directives) {
        const dir = doc.directives.toString(doc);
        if (dir) {
          lines.push(dir);
          hasDirectives = true;
        } else if (doc.directives.docStart)
          hasDirectives = true;
      }
      if (hasDirectives)
        lines.push("---");
      const ctx = stringify.createStringifyContext(doc, options);
      const { commentString } = ctx.options;
      if (doc.commentBefore) {
        if (lines.length !== 1)
          lines.unshift("");
        const cs = commentString(doc.commentBefore);
        lines.unshift(stringifyComment.indentComment(cs, ""));
      }
      let chompKeep = false;
      let contentComment = null;
      if (doc.contents) {
        if (identity2.isNode(doc.contents)) {
          if (doc.contents.spaceBefore && hasDirectives)
            lines.push("");
          if (doc.contents.commentBefore) {
            const cs = commentString(doc.contents.commentBefore);
            lines.push(stringifyComment.indentComment(cs, ""));
          }
          ctx.forceBlockIndent = !!doc.comment;
          contentComment = doc.contents.comment;
        }
        const onChompKeep = contentComment ? void 0 : () => chompKeep = true;
        let body = stringify.stringify(doc.contents, ctx, () => contentComment = null, onChompKeep);
        if (contentComment)
          body += stringifyComment.lineComment(body, "", commentString(contentComment));
        if ((body[0] === "|" || body[0] === ">") && lines[lines.length - 1] === "---") {
          lines[lines.length - 1] = `--- ${body}`;
        } else
          lines.push(body);
      } else {
        lines.push(stringify.stringify(doc.contents, ctx));
      }
      if (doc.directives?.docEnd) {
        if (doc.comment) {
          const cs = commentString(doc.comment);
          if (cs.includes("\n")) {
            lines.push("...");
            lines.push(stringifyComment.indentComment(cs, ""));
          } else {
            lines.push(`... ${cs}`);
          }
        } else {
          lines.push("...");
        }
      } else {
        let dc = doc.comment;
        if (dc && chompKeep)
          dc = dc.replace(/^\n+/, "");
        if (dc) {
          if ((!chompKeep || contentComment) && lines[lines.length - 1] !== "")
            lines.push("");
          lines.push(stringifyComment.indentComment(commentString(dc), ""));
        }
      }
      return lines.join("\n") + "\n";
    }
    exports.stringifyDocument = stringifyDocument;
  }
});

// node_modules/yaml/dist/doc/Document.js
var require_Document = __commonJS({
  "node_modules/yaml/dist/doc/Document.js"(exports) {
    "use strict";
    var Alias = require_Alias();
    var Collection = require_Collection();
    var identity2 = require_identity();
    var Pair = require_Pair();
    var toJS = require_toJS();
    var Schema = require_Schema();
    var stringifyDocument = require_stringifyDocument();
    var anchors = require_anchors();
    var applyReviver = require_applyReviver();
    var createNode = require_createNode();
    var directives = require_directives();
    var Document = class _Document {
      constructor(value, replacer, options) {
        this.commentBefore = null;
        this.comment = null;
        this.errors = [];
        this.warnings = [];
        Object.defineProperty(this, identity2.NODE_TYPE, { value: identity2.DOC });
        let _replacer = null;
        if (typeof replacer === "function" || Array.isArray(replacer)) {
          _replacer = replacer;
        } else if (options === void 0 && replacer) {
          options = replacer;
          replacer = void 0;
        }
        const opt = Object.assign({
          intAsBigInt: false,
          keepSourceTokens: false,
          logLevel: "warn",
          prettyErrors: true,
          strict: true,
          stringKeys: false,
          uniqueKeys: true,
          version: "1.2"
        }, options);
        this.options = opt;
        let { version } = opt;
        if (options?._directives) {
          this.directives = options._directives.atDocument();
          if (this.directives.yaml.explicit)
            version = this.directives.yaml.version;
        } else
          this.directives = new directives.Directives({ version });
        this.setSchema(version, options);
        this.contents = value === void 0 ? null : this.createNode(value, _replacer, options);
      }
      /**
       * Create a deep copy of this Document and its contents.
       *
       * Custom Node values that inherit from `Object` still refer to their original instances.
       */
      clone() {
        const copy = Object.create(_Document.prototype, {
          [identity2.NODE_TYPE]: { value: identity2.DOC }
        });
        copy.commentBefore = this.commentBefore;
        copy.comment = this.comment;
        copy.errors = this.errors.slice();
        copy.warnings = this.warnings.slice();
        copy.options = Object.assign({}, this.options);
        if (this.directives)
          copy.directives = this.directives.clone();
        copy.schema = this.schema.clone();
        copy.contents = identity2.isNode(this.contents) ? this.contents.clone(copy.schema) : this.contents;
        if (this.range)
          copy.range = this.range.slice();
        return copy;
      }
      /** Adds a value to the document. */
      add(value) {
        if (assertCollection(this.contents))
          this.contents.add(value);
      }
      /** Adds a value to the document. */
      addIn(path, value) {
        if (assertCollection(this.contents))
          this.contents.addIn(path, value);
      }
      /**
       * Create a new `Alias` node, ensuring that the target `node` has the required anchor.
       *
       * If `node` already has an anchor, `name` is ignored.
       * Otherwise, the `node.anchor` value will be set to `name`,
       * or if an anchor with that name is already present in the document,
       * `name` will be used as a prefix for a new unique anchor.
       * If `name` is undefined, the generated anchor will use 'a' as a prefix.
       */
      createAlias(node, name) {
        if (!node.anchor) {
          const prev = anchors.anchorNames(this);
          node.anchor = // eslint-disable-next-line @typescript-eslint/prefer-nullish-coalescing
          !name || prev.has(name) ? anchors.findNewAnchor(name || "a", prev) : name;
        }
        return new Alias.Alias(node.anchor);
      }
      createNode(value, replacer, options) {
        let _replacer = void 0;
        if (typeof replacer === "function") {
          value = replacer.call({ "": value }, "", value);
          _replacer = replacer;
        } else if (Array.isArray(replacer)) {
          const keyToStr = (v) => typeof v === "number" || v instanceof String || v instanceof Number;
          const asStr = replacer.filter(keyToStr).map(String);
          if (asStr.length > 0)
            replacer = replacer.concat(asStr);
          _replacer = replacer;
        } else if (options === void 0 && replacer) {
          options = replacer;
          replacer = void 0;
        }
        const { aliasDuplicateObjects, anchorPrefix, flow: flow2, keepUndefined, onTagObj, tag } = options ?? {};
        const { onAnchor, setAnchors, sourceObjects } = anchors.createNodeAnchors(
          this,
          // eslint-disable-next-line @typescript-eslint/prefer-nullish-coalescing
          anchorPrefix || "a"
        );
        const ctx = {
          aliasDuplicateObjects: aliasDuplicateObjects ?? true,
          keepUndefined: keepUndefined ?? false,
          onAnchor,
          onTagObj,
          replacer: _replacer,
          schema: this.schema,
          sourceObjects
        };
        const node = createNode.createNode(value, tag, ctx);
        if (flow2 && identity2.isCollection(node))
          node.flow = true;
        setAnchors();
        return node;
      }
      /**
       * Convert a key and a value into a `Pair` using the current schema,
       * recursively wrapping all values as `Scalar` or `Collection` nodes.
       */
      createPair(key, value, options = {}) {
        const k = this.createNode(key, null, options);
        const v = this.createNode(value, null, options);
        return new Pair.Pair(k, v);
      }
      /**
       * Removes a value from the document.
       * @returns `true` if the item was found and removed.
       */
      delete(key) {
        return assertCollection(this.contents) ? this.contents.delete(key) : false;
      }
      /**
       * Removes a value from the document.
       * @returns `true` if the item was found and removed.
       */
      deleteIn(path) {
        if (Collection.isEmptyPath(path)) {
          if (this.contents == null)
            return false;
          this.contents = null;
          return true;
        }
        return assertCollection(this.contents) ? this.contents.deleteIn(path) : false;
      }
      /**
       * Returns item at `key`, or `undefined` if not found. By default unwraps
       * scalar values from their surrounding node; to disable set `keepScalar` to
       * `true` (collections are always returned intact).
       */
      get(key, keepScalar) {
        return identity2.isCollection(this.contents) ? this.contents.get(key, keepScalar) : void 0;
      }
      /**
       * Returns item at `path`, or `undefined` if not found. By default unwraps
       * scalar values from their surrounding node; to disable set `keepScalar` to
       * `true` (collections are always returned intact).
       */
      getIn(path, keepScalar) {
        if (Collection.isEmptyPath(path))
          return !keepScalar && identity2.isScalar(this.contents) ? this.contents.value : this.contents;
        return identity2.isCollection(this.contents) ? this.contents.getIn(path, keepScalar) : void 0;
      }
      /**
       * Checks if the document includes a value with the key `key`.
       */
      has(key) {
        return identity2.isCollection(this.contents) ? this.contents.has(key) : false;
      }
      /**
       * Checks if the document includes a value at `path`.
       */
      hasIn(path) {
        if (Collection.isEmptyPath(path))
          return this.contents !== void 0;
        return identity2.isCollection(this.contents) ? this.contents.hasIn(path) : false;
      }
      /**
       * Sets a value in this document. For `!!set`, `value` needs to be a
       * boolean to add/remove the item from the set.
       */
      set(key, value) {
        if (this.contents == null) {
          this.contents = Collection.collectionFromPath(this.schema, [key], value);
        } else if (assertCollection(this.contents)) {
          this.contents.set(key, value);
        }
      }
      /**
       * Sets a value in this document. For `!!set`, `value` needs to be a
       * boolean to add/remove the item from the set.
       */
      setIn(path, value) {
        if (Collection.isEmptyPath(path)) {
          this.contents = value;
        } else if (this.contents == null) {
          this.contents = Collection.collectionFromPath(this.schema, Array.from(path), value);
        } else if (assertCollection(this.contents)) {
          this.contents.setIn(path, value);
        }
      }
      /**
       * Change the YAML version and schema used by the document.
       * A `null` version disables support for directives, explicit tags, anchors, and aliases.
       * It also requires the `schema` option to be given as a `Schema` instance value.
       *
       * Overrides all previously set schema options.
       */
      setSchema(version, options = {}) {
        if (typeof version === "number")
          version = String(version);
        let opt;
        switch (version) {
          case "1.1":
            if (this.directives)
              this.directives.yaml.version = "1.1";
            else
              this.directives = new directives.Directives({ version: "1.1" });
            opt = { resolveKnownTags: false, schema: "yaml-1.1" };
            break;
          case "1.2":
          case "next":
            if (this.directives)
              this.directives.yaml.version = version;
            else
              this.directives = new directives.Directives({ version });
            opt = { resolveKnownTags: true, schema: "core" };
            break;
          case null:
            if (this.directives)
              delete this.directives;
            opt = null;
            break;
          default: {
            const sv = JSON.stringify(version);
            throw new Error(`Expected '1.1', '1.2' or null as first argument, but found: ${sv}`);
          }
        }
        if (options.schema instanceof Object)
          this.schema = options.schema;
        else if (opt)
          this.schema = new Schema.Schema(Object.assign(opt, options));
        else
          throw new Error(`With a null YAML version, the { schema: Schema } option is required`);
      }
      // json & jsonArg are only used from toJSON()
      toJS({ json, jsonArg, mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
        const ctx = {
          anchors: /* @__PURE__ */ new Map(),
          doc: this,
          keep: !json,
          mapAsMap: mapAsMap === true,
          mapKeyWarned: false,
          maxAliasCount: typeof maxAliasCount === "number" ? maxAliasCount : 100
        };
        const res = toJS.toJS(this.contents, jsonArg ?? "", ctx);
        if (typeof onAnchor === "function")
          for (const { count, res: res2 } of ctx.anchors.values())
            onAnchor(res2, count);
        return typeof reviver === "function" ? applyReviver.applyReviver(reviver, { "": res }, "", res) : res;
      }
      /**
       * A JSON representation of the document `contents`.
       *
       * @param jsonArg Used by `JSON.stringify` to indicate the array index or
       *   property name.
       */
      toJSON(jsonArg, onAnchor) {
        return this.toJS({ json: true, jsonArg, mapAsMap: false, onAnchor });
      }
      /** A YAML representation of the document. */
      toString(options = {}) {
        if (this.errors.length > 0)
          throw new Error("Document with errors cannot be stringified");
        if ("indent" in options && (!Number.isInteger(options.indent) || Number(options.indent) <= 0)) {
          const s = JSON.stringify(options.indent);
          throw new Error(`"indent" option must be a positive integer, not ${s}`);
        }
        return stringifyDocument.stringifyDocument(this, options);
      }
    };
    function assertCollection(contents) {
      if (identity2.isCollection(contents))
        return true;
      throw new Error("Expected a YAML collection as document contents");
    }
    exports.Document = Document;
  }
});

// node_modules/yaml/dist/errors.js
var require_errors = __commonJS({
  "node_modules/yaml/dist/errors.js"(exports) {
    "use strict";
    var YAMLError = class extends Error {
      constructor(name, pos, code, message) {
        super();
        this.name = name;
        this.code = code;
        this.message = message;
        this.pos = pos;
      }
    };
    var YAMLParseError = class extends YAMLError {
      constructor(pos, code, message) {
        super("YAMLParseError", pos, code, message);
      }
    };
    var YAMLWarning = class extends YAMLError {
      constructor(pos, code, message) {
        super("YAMLWarning", pos, code, message);
      }
    };
    var prettifyError = (src, lc) => (error) => {
      if (error.pos[0] === -1)
        return;
      error.linePos = error.pos.map((pos) => lc.linePos(pos));
      const { line, col } = error.linePos[0];
      error.message += ` at line ${line}, column ${col}`;
      let ci = col - 1;
      let lineStr = src.substring(lc.lineStarts[line - 1], lc.lineStarts[line]).replace(/[\n\r]+$/, "");
      if (ci >= 60 && lineStr.length > 80) {
        const trimStart = Math.min(ci - 39, lineStr.length - 79);
        lineStr = "\u2026" + lineStr.substring(trimStart);
        ci -= trimStart - 1;
      }
      if (lineStr.length > 80)
        lineStr = lineStr.substring(0, 79) + "\u2026";
      if (line > 1 && /^ *$/.test(lineStr.substring(0, ci))) {
        let prev = src.substring(lc.lineStarts[line - 2], lc.lineStarts[line - 1]);
        if (prev.length > 80)
          prev = prev.substring(0, 79) + "\u2026\n";
        lineStr = prev + lineStr;
      }
      if (/[^ ]/.test(lineStr)) {
        let count = 1;
        const end = error.linePos[1];
        if (end?.line === line && end.col > col) {
          count = Math.max(1, Math.min(end.col - col, 80 - ci));
        }
        const pointer = " ".repeat(ci) + "^".repeat(count);
        error.message += `:

${lineStr}
${pointer}
`;
      }
    };
    exports.YAMLError = YAMLError;
    exports.YAMLParseError = YAMLParseError;
    exports.YAMLWarning = YAMLWarning;
    exports.prettifyError = prettifyError;
  }
});

// node_modules/yaml/dist/compose/resolve-props.js
var require_resolve_props = __commonJS({
  "node_modules/yaml/dist/compose/resolve-props.js"(exports) {
    "use strict";
    function resolveProps(tokens2, { flow: flow2, indicator, next, offset, onError, parentIndent, startOnNewline }) {
      let spaceBefore = false;
      let atNewline = startOnNewline;
      let hasSpace = startOnNewline;
      let comment = "";
      let commentSep = "";
      let hasNewline = false;
      let reqSpace = false;
      let tab = null;
      let anchor = null;
      let tag = null;
      let newlineAfterProp = null;
      let comma = null;
      let found = null;
      let start = null;
      for (const token of tokens2) {
        if (reqSpace) {
          if (token.type !== "space" && token.type !== "newline" && token.type !== "comma")
            onError(token.offset, "MISSING_CHAR", "Tags and anchors must be separated from the next token by white space");
          reqSpace = false;
        }
        if (tab) {
          if (atNewline && token.type !== "comment" && token.type !== "newline") {
            onError(tab, "TAB_AS_INDENT", "Tabs are not allowed as indentation");
          }
          tab = null;
        }
        switch (token.type) {
          case "space":
            if (!flow2 && (indicator !== "doc-start" || next?.type !== "flow-collection") && token.source.includes("	")) {
              tab = token;
            }
            hasSpace = true;
            break;
          case "comment": {
            if (!hasSpace)
              onError(token, "MISSING_CHAR", "Comments must be separated from other tokens by white space characters");
            const cb = token.source.substring(1) || " ";
            if (!comment)
              comment = cb;
            else
              comment += commentSep + cb;
            commentSep = "";
            atNewline = false;
            break;
          }
          case "newline":
            if (atNewline) {
              if (comment)
                comment += token.source;
              else if (!found || indicator !== "seq-item-ind")
                spaceBefore = true;
            } else
              commentSep += token.source;
            atNewline = true;
            hasNewline = true;
            if (anchor || tag)
              newlineAfterProp = token;
            hasSpace = true;
            break;
          case "anchor":
            if (anchor)
              onError(token, "MULTIPLE_ANCHORS", "A node can have at most one anchor");
            if (token.source.endsWith(":"))
              onError(token.offset + token.source.length - 1, "BAD_ALIAS", "Anchor ending in : is ambiguous", true);
            anchor = token;
            start ?? (start = token.offset);
            atNewline = false;
            hasSpace = false;
            reqSpace = true;
            break;
          case "tag": {
            if (tag)
              onError(token, "MULTIPLE_TAGS", "A node can have at most one tag");
            tag = token;
            start ?? (start = token.offset);
            atNewline = false;
            hasSpace = false;
            reqSpace = true;
            break;
          }
          case indicator:
            if (anchor || tag)
              onError(token, "BAD_PROP_ORDER", `Anchors and tags must be after the ${token.source} indicator`);
            if (found)
              onError(token, "UNEXPECTED_TOKEN", `Unexpected ${token.source} in ${flow2 ?? "collection"}`);
            found = token;
            atNewline = indicator === "seq-item-ind" || indicator === "explicit-key-ind";
            hasSpace = false;
            break;
          case "comma":
            if (flow2) {
              if (comma)
                onError(token, "UNEXPECTED_TOKEN", `Unexpected , in ${flow2}`);
              comma = token;
              atNewline = false;
              hasSpace = false;
              break;
            }
          // else fallthrough
          default:
            onError(token, "UNEXPECTED_TOKEN", `Unexpected ${token.type} token`);
            atNewline = false;
            hasSpace = false;
        }
      }
      const last = tokens2[tokens2.length - 1];
      const end = last ? last.offset + last.source.length : offset;
      if (reqSpace && next && next.type !== "space" && next.type !== "newline" && next.type !== "comma" && (next.type !== "scalar" || next.source !== "")) {
        onError(next.offset, "MISSING_CHAR", "Tags and anchors must be separated from the next token by white space");
      }
      if (tab && (atNewline && tab.indent <= parentIndent || next?.type === "block-map" || next?.type === "block-seq"))
        onError(tab, "TAB_AS_INDENT", "Tabs are not allowed as indentation");
      return {
        comma,
        found,
        spaceBefore,
        comment,
        hasNewline,
        anchor,
        tag,
        newlineAfterProp,
        end,
        start: start ?? end
      };
    }
    exports.resolveProps = resolveProps;
  }
});

// node_modules/yaml/dist/compose/util-contains-newline.js
var require_util_contains_newline = __commonJS({
  "node_modules/yaml/dist/compose/util-contains-newline.js"(exports) {
    "use strict";
    function containsNewline(key) {
      if (!key)
        return null;
      switch (key.type) {
        case "alias":
        case "scalar":
        case "double-quoted-scalar":
        case "single-quoted-scalar":
          if (key.source.includes("\n"))
            return true;
          if (key.end) {
            for (const st of key.end)
              if (st.type === "newline")
                return true;
          }
          return false;
        case "flow-collection":
          for (const it of key.items) {
            for (const st of it.start)
              if (st.type === "newline")
                return true;
            if (it.sep) {
              for (const st of it.sep)
                if (st.type === "newline")
                  return true;
            }
            if (containsNewline(it.key) || containsNewline(it.value))
              return true;
          }
          return false;
        default:
          return true;
      }
    }
    exports.containsNewline = containsNewline;
  }
});

// node_modules/yaml/dist/compose/util-flow-indent-check.js
var require_util_flow_indent_check = __commonJS({
  "node_modules/yaml/dist/compose/util-flow-indent-check.js"(exports) {
    "use strict";
    var utilContainsNewline = require_util_contains_newline();
    function flowIndentCheck(indent, fc, onError) {
      if (fc?.type === "flow-collection") {
        const end = fc.end[0];
        if (end.indent === indent && (end.source === "]" || end.source === "}") && utilContainsNewline.containsNewline(fc)) {
          const msg = "Flow end indicator should be more indented than parent";
          onError(end, "BAD_INDENT", msg, true);
        }
      }
    }
    exports.flowIndentCheck = flowIndentCheck;
  }
});

// node_modules/yaml/dist/compose/util-map-includes.js
var require_util_map_includes = __commonJS({
  "node_modules/yaml/dist/compose/util-map-includes.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    function mapIncludes(ctx, items, search) {
      const { uniqueKeys } = ctx.options;
      if (uniqueKeys === false)
        return false;
      const isEqual2 = typeof uniqueKeys === "function" ? uniqueKeys : (a, b) => a === b || identity2.isScalar(a) && identity2.isScalar(b) && a.value === b.value;
      return items.some((pair) => isEqual2(pair.key, search));
    }
    exports.mapIncludes = mapIncludes;
  }
});

// node_modules/yaml/dist/compose/resolve-block-map.js
var require_resolve_block_map = __commonJS({
  "node_modules/yaml/dist/compose/resolve-block-map.js"(exports) {
    "use strict";
    var Pair = require_Pair();
    var YAMLMap = require_YAMLMap();
    var resolveProps = require_resolve_props();
    var utilContainsNewline = require_util_contains_newline();
    var utilFlowIndentCheck = require_util_flow_indent_check();
    var utilMapIncludes = require_util_map_includes();
    var startColMsg = "All mapping items must start at the same column";
    function resolveBlockMap({ composeNode, composeEmptyNode }, ctx, bm, onError, tag) {
      const NodeClass = tag?.nodeClass ?? YAMLMap.YAMLMap;
      const map = new NodeClass(ctx.schema);
      if (ctx.atRoot)
        ctx.atRoot = false;
      let offset = bm.offset;
      let commentEnd = null;
      for (const collItem of bm.items) {
        const { start, key, sep, value } = collItem;
        const keyProps = resolveProps.resolveProps(start, {
          indicator: "explicit-key-ind",
          next: key ?? sep?.[0],
          offset,
          onError,
          parentIndent: bm.indent,
          startOnNewline: true
        });
        const implicitKey = !keyProps.found;
        if (implicitKey) {
          if (key) {
            if (key.type === "block-seq")
              onError(offset, "BLOCK_AS_IMPLICIT_KEY", "A block sequence may not be used as an implicit map key");
            else if ("indent" in key && key.indent !== bm.indent)
              onError(offset, "BAD_INDENT", startColMsg);
          }
          if (!keyProps.anchor && !keyProps.tag && !sep) {
            commentEnd = keyProps.end;
            if (keyProps.comment) {
              if (map.comment)
                map.comment += "\n" + keyProps.comment;
              else
                map.comment = keyProps.comment;
            }
            continue;
          }
          if (keyProps.newlineAfterProp || utilContainsNewline.containsNewline(key)) {
            onError(key ?? start[start.length - 1], "MULTILINE_IMPLICIT_KEY", "Implicit keys need to be on a single line");
          }
        } else if (keyProps.found?.indent !== bm.indent) {
          onError(offset, "BAD_INDENT", startColMsg);
        }
        ctx.atKey = true;
        const keyStart = keyProps.end;
        const keyNode = key ? composeNode(ctx, key, keyProps, onError) : composeEmptyNode(ctx, keyStart, start, null, keyProps, onError);
        if (ctx.schema.compat)
          utilFlowIndentCheck.flowIndentCheck(bm.indent, key, onError);
        ctx.atKey = false;
        if (utilMapIncludes.mapIncludes(ctx, map.items, keyNode))
          onError(keyStart, "DUPLICATE_KEY", "Map keys must be unique");
        const valueProps = resolveProps.resolveProps(sep ?? [], {
          indicator: "map-value-ind",
          next: value,
          offset: keyNode.range[2],
          onError,
          parentIndent: bm.indent,
          startOnNewline: !key || key.type === "block-scalar"
        });
        offset = valueProps.end;
        if (valueProps.found) {
          if (implicitKey) {
            if (value?.type === "block-map" && !valueProps.hasNewline)
              onError(offset, "BLOCK_AS_IMPLICIT_KEY", "Nested mappings are not allowed in compact mappings");
            if (ctx.options.strict && keyProps.start < valueProps.found.offset - 1024)
              onError(keyNode.range, "KEY_OVER_1024_CHARS", "The : indicator must be at most 1024 chars after the start of an implicit block mapping key");
          }
          const valueNode = value ? composeNode(ctx, value, valueProps, onError) : composeEmptyNode(ctx, offset, sep, null, valueProps, onError);
          if (ctx.schema.compat)
            utilFlowIndentCheck.flowIndentCheck(bm.indent, value, onError);
          offset = valueNode.range[2];
          const pair = new Pair.Pair(keyNode, valueNode);
          if (ctx.options.keepSourceTokens)
            pair.srcToken = collItem;
          map.items.push(pair);
        } else {
          if (implicitKey)
            onError(keyNode.range, "MISSING_CHAR", "Implicit map keys need to be followed by map values");
          if (valueProps.comment) {
            if (keyNode.comment)
              keyNode.comment += "\n" + valueProps.comment;
            else
              keyNode.comment = valueProps.comment;
          }
          const pair = new Pair.Pair(keyNode);
          if (ctx.options.keepSourceTokens)
            pair.srcToken = collItem;
          map.items.push(pair);
        }
      }
      if (commentEnd && commentEnd < offset)
        onError(commentEnd, "IMPOSSIBLE", "Map comment with trailing content");
      map.range = [bm.offset, offset, commentEnd ?? offset];
      return map;
    }
    exports.resolveBlockMap = resolveBlockMap;
  }
});

// node_modules/yaml/dist/compose/resolve-block-seq.js
var require_resolve_block_seq = __commonJS({
  "node_modules/yaml/dist/compose/resolve-block-seq.js"(exports) {
    "use strict";
    var YAMLSeq = require_YAMLSeq();
    var resolveProps = require_resolve_props();
    var utilFlowIndentCheck = require_util_flow_indent_check();
    function resolveBlockSeq({ composeNode, composeEmptyNode }, ctx, bs, onError, tag) {
      const NodeClass = tag?.nodeClass ?? YAMLSeq.YAMLSeq;
      const seq = new NodeClass(ctx.schema);
      if (ctx.atRoot)
        ctx.atRoot = false;
      if (ctx.atKey)
        ctx.atKey = false;
      let offset = bs.offset;
      let commentEnd = null;
      for (const { start, value } of bs.items) {
        const props = resolveProps.resolveProps(start, {
          indicator: "seq-item-ind",
          next: value,
          offset,
          onError,
          parentIndent: bs.indent,
          startOnNewline: true
        });
        if (!props.found) {
          if (props.anchor || props.tag || value) {
            if (value?.type === "block-seq")
              onError(props.end, "BAD_INDENT", "All sequence items must start at the same column");
            else
              onError(offset, "MISSING_CHAR", "Sequence item without - indicator");
          } else {
            commentEnd = props.end;
            if (props.comment)
              seq.comment = props.comment;
            continue;
          }
        }
        const node = value ? composeNode(ctx, value, props, onError) : composeEmptyNode(ctx, props.end, start, null, props, onError);
        if (ctx.schema.compat)
          utilFlowIndentCheck.flowIndentCheck(bs.indent, value, onError);
        offset = node.range[2];
        seq.items.push(node);
      }
      seq.range = [bs.offset, offset, commentEnd ?? offset];
      return seq;
    }
    exports.resolveBlockSeq = resolveBlockSeq;
  }
});

// node_modules/yaml/dist/compose/resolve-end.js
var require_resolve_end = __commonJS({
  "node_modules/yaml/dist/compose/resolve-end.js"(exports) {
    "use strict";
    function resolveEnd(end, offset, reqSpace, onError) {
      let comment = "";
      if (end) {
        let hasSpace = false;
        let sep = "";
        for (const token of end) {
          const { source, type } = token;
          switch (type) {
            case "space":
              hasSpace = true;
              break;
            case "comment": {
              if (reqSpace && !hasSpace)
                onError(token, "MISSING_CHAR", "Comments must be separated from other tokens by white space characters");
              const cb = source.substring(1) || " ";
              if (!comment)
                comment = cb;
              else
                comment += sep + cb;
              sep = "";
              break;
            }
            case "newline":
              if (comment)
                sep += source;
              hasSpace = true;
              break;
            default:
              onError(token, "UNEXPECTED_TOKEN", `Unexpected ${type} at node end`);
          }
          offset += source.length;
        }
      }
      return { comment, offset };
    }
    exports.resolveEnd = resolveEnd;
  }
});

// node_modules/yaml/dist/compose/resolve-flow-collection.js
var require_resolve_flow_collection = __commonJS({
  "node_modules/yaml/dist/compose/resolve-flow-collection.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var Pair = require_Pair();
    var YAMLMap = require_YAMLMap();
    var YAMLSeq = require_YAMLSeq();
    var resolveEnd = require_resolve_end();
    var resolveProps = require_resolve_props();
    var utilContainsNewline = require_util_contains_newline();
    var utilMapIncludes = require_util_map_includes();
    var blockMsg = "Block collections are not allowed within flow collections";
    var isBlock = (token) => token && (token.type === "block-map" || token.type === "block-seq");
    function resolveFlowCollection({ composeNode, composeEmptyNode }, ctx, fc, onError, tag) {
      const isMap2 = fc.start.source === "{";
      const fcName = isMap2 ? "flow map" : "flow sequence";
      const NodeClass = tag?.nodeClass ?? (isMap2 ? YAMLMap.YAMLMap : YAMLSeq.YAMLSeq);
      const coll = new NodeClass(ctx.schema);
      coll.flow = true;
      const atRoot = ctx.atRoot;
      if (atRoot)
        ctx.atRoot = false;
      if (ctx.atKey)
        ctx.atKey = false;
      let offset = fc.offset + fc.start.source.length;
      for (let i = 0; i < fc.items.length; ++i) {
        const collItem = fc.items[i];
        const { start, key, sep, value } = collItem;
        const props = resolveProps.resolveProps(start, {
          flow: fcName,
          indicator: "explicit-key-ind",
          next: key ?? sep?.[0],
          offset,
          onError,
          parentIndent: fc.indent,
          startOnNewline: false
        });
        if (!props.found) {
          if (!props.anchor && !props.tag && !sep && !value) {
            if (i === 0 && props.comma)
              onError(props.comma, "UNEXPECTED_TOKEN", `Unexpected , in ${fcName}`);
            else if (i < fc.items.length - 1)
              onError(props.start, "UNEXPECTED_TOKEN", `Unexpected empty item in ${fcName}`);
            if (props.comment) {
              if (coll.comment)
                coll.comment += "\n" + props.comment;
              else
                coll.comment = props.comment;
            }
            offset = props.end;
            continue;
          }
          if (!isMap2 && ctx.options.strict && utilContainsNewline.containsNewline(key))
            onError(
              key,
              // checked by containsNewline()
              "MULTILINE_IMPLICIT_KEY",
              "Implicit keys of flow sequence pairs need to be on a single line"
            );
        }
        if (i === 0) {
          if (props.comma)
            onError(props.comma, "UNEXPECTED_TOKEN", `Unexpected , in ${fcName}`);
        } else {
          if (!props.comma)
            onError(props.start, "MISSING_CHAR", `Missing , between ${fcName} items`);
          if (props.comment) {
            let prevItemComment = "";
            loop: for (const st of start) {
              switch (st.type) {
                case "comma":
                case "space":
                  break;
                case "comment":
                  prevItemComment = st.source.substring(1);
                  break loop;
                default:
                  break loop;
              }
            }
            if (prevItemComment) {
              let prev = coll.items[coll.items.length - 1];
              if (identity2.isPair(prev))
                prev = prev.value ?? prev.key;
              if (prev.comment)
                prev.comment += "\n" + prevItemComment;
              else
                prev.comment = prevItemComment;
              props.comment = props.comment.substring(prevItemComment.length + 1);
            }
          }
        }
        if (!isMap2 && !sep && !props.found) {
          const valueNode = value ? composeNode(ctx, value, props, onError) : composeEmptyNode(ctx, props.end, sep, null, props, onError);
          coll.items.push(valueNode);
          offset = valueNode.range[2];
          if (isBlock(value))
            onError(valueNode.range, "BLOCK_IN_FLOW", blockMsg);
        } else {
          ctx.atKey = true;
          const keyStart = props.end;
          const keyNode = key ? composeNode(ctx, key, props, onError) : composeEmptyNode(ctx, keyStart, start, null, props, onError);
          if (isBlock(key))
            onError(keyNode.range, "BLOCK_IN_FLOW", blockMsg);
          ctx.atKey = false;
          const valueProps = resolveProps.resolveProps(sep ?? [], {
            flow: fcName,
            indicator: "map-value-ind",
            next: value,
            offset: keyNode.range[2],
            onError,
            parentIndent: fc.indent,
            startOnNewline: false
          });
          if (valueProps.found) {
            if (!isMap2 && !props.found && ctx.options.strict) {
              if (sep)
                for (const st of sep) {
                  if (st === valueProps.found)
                    break;
                  if (st.type === "newline") {
                    onError(st, "MULTILINE_IMPLICIT_KEY", "Implicit keys of flow sequence pairs need to be on a single line");
                    break;
                  }
                }
              if (props.start < valueProps.found.offset - 1024)
                onError(valueProps.found, "KEY_OVER_1024_CHARS", "The : indicator must be at most 1024 chars after the start of an implicit flow sequence key");
            }
          } else if (value) {
            if ("source" in value && value.source?.[0] === ":")
              onError(value, "MISSING_CHAR", `Missing space after : in ${fcName}`);
            else
              onError(valueProps.start, "MISSING_CHAR", `Missing , or : between ${fcName} items`);
          }
          const valueNode = value ? composeNode(ctx, value, valueProps, onError) : valueProps.found ? composeEmptyNode(ctx, valueProps.end, sep, null, valueProps, onError) : null;
          if (valueNode) {
            if (isBlock(value))
              onError(valueNode.range, "BLOCK_IN_FLOW", blockMsg);
          } else if (valueProps.comment) {
            if (keyNode.comment)
              keyNode.comment += "\n" + valueProps.comment;
            else
              keyNode.comment = valueProps.comment;
          }
          const pair = new Pair.Pair(keyNode, valueNode);
          if (ctx.options.keepSourceTokens)
            pair.srcToken = collItem;
          if (isMap2) {
            const map = coll;
            if (utilMapIncludes.mapIncludes(ctx, map.items, keyNode))
              onError(keyStart, "DUPLICATE_KEY", "Map keys must be unique");
            map.items.push(pair);
          } else {
            const map = new YAMLMap.YAMLMap(ctx.schema);
            map.flow = true;
            map.items.push(pair);
            const endRange = (valueNode ?? keyNode).range;
            map.range = [keyNode.range[0], endRange[1], endRange[2]];
            coll.items.push(map);
          }
          offset = valueNode ? valueNode.range[2] : valueProps.end;
        }
      }
      const expectedEnd = isMap2 ? "}" : "]";
      const [ce, ...ee] = fc.end;
      let cePos = offset;
      if (ce?.source === expectedEnd)
        cePos = ce.offset + ce.source.length;
      else {
        const name = fcName[0].toUpperCase() + fcName.substring(1);
        const msg = atRoot ? `${name} must end with a ${expectedEnd}` : `${name} in block collection must be sufficiently indented and end with a ${expectedEnd}`;
        onError(offset, atRoot ? "MISSING_CHAR" : "BAD_INDENT", msg);
        if (ce && ce.source.length !== 1)
          ee.unshift(ce);
      }
      if (ee.length > 0) {
        const end = resolveEnd.resolveEnd(ee, cePos, ctx.options.strict, onError);
        if (end.comment) {
          if (coll.comment)
            coll.comment += "\n" + end.comment;
          else
            coll.comment = end.comment;
        }
        coll.range = [fc.offset, cePos, end.offset];
      } else {
        coll.range = [fc.offset, cePos, cePos];
      }
      return coll;
    }
    exports.resolveFlowCollection = resolveFlowCollection;
  }
});

// node_modules/yaml/dist/compose/compose-collection.js
var require_compose_collection = __commonJS({
  "node_modules/yaml/dist/compose/compose-collection.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var Scalar = require_Scalar();
    var YAMLMap = require_YAMLMap();
    var YAMLSeq = require_YAMLSeq();
    var resolveBlockMap = require_resolve_block_map();
    var resolveBlockSeq = require_resolve_block_seq();
    var resolveFlowCollection = require_resolve_flow_collection();
    function resolveCollection(CN, ctx, token, onError, tagName, tag) {
      const coll = token.type === "block-map" ? resolveBlockMap.resolveBlockMap(CN, ctx, token, onError, tag) : token.type === "block-seq" ? resolveBlockSeq.resolveBlockSeq(CN, ctx, token, onError, tag) : resolveFlowCollection.resolveFlowCollection(CN, ctx, token, onError, tag);
      const Coll = coll.constructor;
      if (tagName === "!" || tagName === Coll.tagName) {
        coll.tag = Coll.tagName;
        return coll;
      }
      if (tagName)
        coll.tag = tagName;
      return coll;
    }
    function composeCollection(CN, ctx, token, props, onError) {
      const tagToken = props.tag;
      const tagName = !tagToken ? null : ctx.directives.tagName(tagToken.source, (msg) => onError(tagToken, "TAG_RESOLVE_FAILED", msg));
      if (token.type === "block-seq") {
        const { anchor, newlineAfterProp: nl } = props;
        const lastProp = anchor && tagToken ? anchor.offset > tagToken.offset ? anchor : tagToken : anchor ?? tagToken;
        if (lastProp && (!nl || nl.offset < lastProp.offset)) {
          const message = "Missing newline after block sequence props";
          onError(lastProp, "MISSING_CHAR", message);
        }
      }
      const expType = token.type === "block-map" ? "map" : token.type === "block-seq" ? "seq" : token.start.source === "{" ? "map" : "seq";
      if (!tagToken || !tagName || tagName === "!" || tagName === YAMLMap.YAMLMap.tagName && expType === "map" || tagName === YAMLSeq.YAMLSeq.tagName && expType === "seq") {
        return resolveCollection(CN, ctx, token, onError, tagName);
      }
      let tag = ctx.schema.tags.find((t) => t.tag === tagName && t.collection === expType);
      if (!tag) {
        const kt = ctx.schema.knownTags[tagName];
        if (kt?.collection === expType) {
          ctx.schema.tags.push(Object.assign({}, kt, { default: false }));
          tag = kt;
        } else {
          if (kt) {
            onError(tagToken, "BAD_COLLECTION_TYPE", `${kt.tag} used for ${expType} collection, but expects ${kt.collection ?? "scalar"}`, true);
          } else {
            onError(tagToken, "TAG_RESOLVE_FAILED", `Unresolved tag: ${tagName}`, true);
          }
          return resolveCollection(CN, ctx, token, onError, tagName);
        }
      }
      const coll = resolveCollection(CN, ctx, token, onError, tagName, tag);
      const res = tag.resolve?.(coll, (msg) => onError(tagToken, "TAG_RESOLVE_FAILED", msg), ctx.options) ?? coll;
      const node = identity2.isNode(res) ? res : new Scalar.Scalar(res);
      node.range = coll.range;
      node.tag = tagName;
      if (tag?.format)
        node.format = tag.format;
      return node;
    }
    exports.composeCollection = composeCollection;
  }
});

// node_modules/yaml/dist/compose/resolve-block-scalar.js
var require_resolve_block_scalar = __commonJS({
  "node_modules/yaml/dist/compose/resolve-block-scalar.js"(exports) {
    "use strict";
    var Scalar = require_Scalar();
    function resolveBlockScalar(ctx, scalar, onError) {
      const start = scalar.offset;
      const header = parseBlockScalarHeader(scalar, ctx.options.strict, onError);
      if (!header)
        return { value: "", type: null, comment: "", range: [start, start, start] };
      const type = header.mode === ">" ? Scalar.Scalar.BLOCK_FOLDED : Scalar.Scalar.BLOCK_LITERAL;
      const lines = scalar.source ? splitLines(scalar.source) : [];
      let chompStart = lines.length;
      for (let i = lines.length - 1; i >= 0; --i) {
        const content = lines[i][1];
        if (content === "" || content === "\r")
          chompStart = i;
        else
          break;
      }
      if (chompStart === 0) {
        const value2 = header.chomp === "+" && lines.length > 0 ? "\n".repeat(Math.max(1, lines.length - 1)) : "";
        let end2 = start + header.length;
        if (scalar.source)
          end2 += scalar.source.length;
        return { value: value2, type, comment: header.comment, range: [start, end2, end2] };
      }
      let trimIndent = scalar.indent + header.indent;
      let offset = scalar.offset + header.length;
      let contentStart = 0;
      for (let i = 0; i < chompStart; ++i) {
        const [indent, content] = lines[i];
        if (content === "" || content === "\r") {
          if (header.indent === 0 && indent.length > trimIndent)
            trimIndent = indent.length;
        } else {
          if (indent.length < trimIndent) {
            const message = "Block scalars with more-indented leading empty lines must use an explicit indentation indicator";
            onError(offset + indent.length, "MISSING_CHAR", message);
          }
          if (header.indent === 0)
            trimIndent = indent.length;
          contentStart = i;
          if (trimIndent === 0 && !ctx.atRoot) {
            const message = "Block scalar values in collections must be indented";
            onError(offset, "BAD_INDENT", message);
          }
          break;
        }
        offset += indent.length + content.length + 1;
      }
      for (let i = lines.length - 1; i >= chompStart; --i) {
        if (lines[i][0].length > trimIndent)
          chompStart = i + 1;
      }
      let value = "";
      let sep = "";
      let prevMoreIndented = false;
      for (let i = 0; i < contentStart; ++i)
        value += lines[i][0].slice(trimIndent) + "\n";
      for (let i = contentStart; i < chompStart; ++i) {
        let [indent, content] = lines[i];
        offset += indent.length + content.length + 1;
        const crlf = content[content.length - 1] === "\r";
        if (crlf)
          content = content.slice(0, -1);
        if (content && indent.length < trimIndent) {
          const src = header.indent ? "explicit indentation indicator" : "first line";
          const message = `Block scalar lines must not be less indented than their ${src}`;
          onError(offset - content.length - (crlf ? 2 : 1), "BAD_INDENT", message);
          indent = "";
        }
        if (type === Scalar.Scalar.BLOCK_LITERAL) {
          value += sep + indent.slice(trimIndent) + content;
          sep = "\n";
        } else if (indent.length > trimIndent || content[0] === "	") {
          if (sep === " ")
            sep = "\n";
          else if (!prevMoreIndented && sep === "\n")
            sep = "\n\n";
          value += sep + indent.slice(trimIndent) + content;
          sep = "\n";
          prevMoreIndented = true;
        } else if (content === "") {
          if (sep === "\n")
            value += "\n";
          else
            sep = "\n";
        } else {
          value += sep + content;
          sep = " ";
          prevMoreIndented = false;
        }
      }
      switch (header.chomp) {
        case "-":
          break;
        case "+":
          for (let i = chompStart; i < lines.length; ++i)
            value += "\n" + lines[i][0].slice(trimIndent);
          if (value[value.length - 1] !== "\n")
            value += "\n";
          break;
        default:
          value += "\n";
      }
      const end = start + header.length + scalar.source.length;
      return { value, type, comment: header.comment, range: [start, end, end] };
    }
    function parseBlockScalarHeader({ offset, props }, strict, onError) {
      if (props[0].type !== "block-scalar-header") {
        onError(props[0], "IMPOSSIBLE", "Block scalar header not found");
        return null;
      }
      const { source } = props[0];
      const mode = source[0];
      let indent = 0;
      let chomp = "";
      let error = -1;
      for (let i = 1; i < source.length; ++i) {
        const ch = source[i];
        if (!chomp && (ch === "-" || ch === "+"))
          chomp = ch;
        else {
          const n = Number(ch);
          if (!indent && n)
            indent = n;
          else if (error === -1)
            error = offset + i;
        }
      }
      if (error !== -1)
        onError(error, "UNEXPECTED_TOKEN", `Block scalar header includes extra characters: ${source}`);
      let hasSpace = false;
      let comment = "";
      let length = source.length;
      for (let i = 1; i < props.length; ++i) {
        const token = props[i];
        switch (token.type) {
          case "space":
            hasSpace = true;
          // fallthrough
          case "newline":
            length += token.source.length;
            break;
          case "comment":
            if (strict && !hasSpace) {
              const message = "Comments must be separated from other tokens by white space characters";
              onError(token, "MISSING_CHAR", message);
            }
            length += token.source.length;
            comment = token.source.substring(1);
            break;
          case "error":
            onError(token, "UNEXPECTED_TOKEN", token.message);
            length += token.source.length;
            break;
          /* istanbul ignore next should not happen */
          default: {
            const message = `Unexpected token in block scalar header: ${token.type}`;
            onError(token, "UNEXPECTED_TOKEN", message);
            const ts = token.source;
            if (ts && typeof ts === "string")
              length += ts.length;
          }
        }
      }
      return { mode, indent, chomp, comment, length };
    }
    function splitLines(source) {
      const split = source.split(/\n( *)/);
      const first = split[0];
      const m = first.match(/^( *)/);
      const line0 = m?.[1] ? [m[1], first.slice(m[1].length)] : ["", first];
      const lines = [line0];
      for (let i = 1; i < split.length; i += 2)
        lines.push([split[i], split[i + 1]]);
      return lines;
    }
    exports.resolveBlockScalar = resolveBlockScalar;
  }
});

// node_modules/yaml/dist/compose/resolve-flow-scalar.js
var require_resolve_flow_scalar = __commonJS({
  "node_modules/yaml/dist/compose/resolve-flow-scalar.js"(exports) {
    "use strict";
    var Scalar = require_Scalar();
    var resolveEnd = require_resolve_end();
    function resolveFlowScalar(scalar, strict, onError) {
      const { offset, type, source, end } = scalar;
      let _type;
      let value;
      const _onError = (rel, code, msg) => onError(offset + rel, code, msg);
      switch (type) {
        case "scalar":
          _type = Scalar.Scalar.PLAIN;
          value = plainValue(source, _onError);
          break;
        case "single-quoted-scalar":
          _type = Scalar.Scalar.QUOTE_SINGLE;
          value = singleQuotedValue(source, _onError);
          break;
        case "double-quoted-scalar":
          _type = Scalar.Scalar.QUOTE_DOUBLE;
          value = doubleQuotedValue(source, _onError);
          break;
        /* istanbul ignore next should not happen */
        default:
          onError(scalar, "UNEXPECTED_TOKEN", `Expected a flow scalar value, but found: ${type}`);
          return {
            value: "",
            type: null,
            comment: "",
            range: [offset, offset + source.length, offset + source.length]
          };
      }
      const valueEnd = offset + source.length;
      const re = resolveEnd.resolveEnd(end, valueEnd, strict, onError);
      return {
        value,
        type: _type,
        comment: re.comment,
        range: [offset, valueEnd, re.offset]
      };
    }
    function plainValue(source, onError) {
      let badChar = "";
      switch (source[0]) {
        /* istanbul ignore next should not happen */
        case "	":
          badChar = "a tab character";
          break;
        case ",":
          badChar = "flow indicator character ,";
          break;
        case "%":
          badChar = "directive indicator character %";
          break;
        case "|":
        case ">": {
          badChar = `block scalar indicator ${source[0]}`;
          break;
        }
        case "@":
        case "`": {
          badChar = `reserved character ${source[0]}`;
          break;
        }
      }
      if (badChar)
        onError(0, "BAD_SCALAR_START", `Plain value cannot start with ${badChar}`);
      return unfoldLines(source);
    }
    function singleQuotedValue(source, onError) {
      if (source[source.length - 1] !== "'" || source.length === 1)
        onError(source.length, "MISSING_CHAR", "Missing closing 'quote");
      return unfoldLines(source.slice(1, -1)).replace(/''/g, "'");
    }
    function unfoldLines(source) {
      const line = /(.*?)\r?\n/sy;
      let match = line.exec(source);
      if (!match)
        return source;
      let trimEnd, trimBoth;
      try {
        trimEnd = new RegExp("(?<![ 	])[ 	]+$");
        trimBoth = new RegExp("^[ 	]+|(?<![ 	])[ 	]+$", "g");
      } catch {
        trimEnd = /[ \t]+$/;
        trimBoth = /^[ \t]+|[ \t]+$/g;
      }
      let res = match[1].replace(trimEnd, "");
      let sep = " ";
      let pos = line.lastIndex;
      while (match = line.exec(source)) {
        const lm = match[1].replace(trimBoth, "");
        if (lm === "") {
          if (sep === "\n")
            res += sep;
          else
            sep = "\n";
        } else {
          res += sep + lm;
          sep = " ";
        }
        pos = line.lastIndex;
      }
      const last = /[ \t]*(.*)/sy;
      last.lastIndex = pos;
      match = last.exec(source);
      return res + sep + (match?.[1] ?? "");
    }
    function doubleQuotedValue(source, onError) {
      let res = "";
      for (let i = 1; i < source.length - 1; ++i) {
        const ch = source[i];
        if (ch === "\r" && source[i + 1] === "\n")
          continue;
        if (ch === "\n") {
          const { fold, offset } = foldNewline(source, i);
          res += fold;
          i = offset;
        } else if (ch === "\\") {
          let next = source[++i];
          const cc = escapeCodes[next];
          if (cc)
            res += cc;
          else if (next === "\n") {
            next = source[i + 1];
            while (next === " " || next === "	")
              next = source[++i + 1];
          } else if (next === "\r" && source[i + 1] === "\n") {
            next = source[++i + 1];
            while (next === " " || next === "	")
              next = source[++i + 1];
          } else if (next === "x" || next === "u" || next === "U") {
            const length = next === "x" ? 2 : next === "u" ? 4 : 8;
            res += parseCharCode(source, i + 1, length, onError);
            i += length;
          } else {
            const raw = source.substr(i - 1, 2);
            onError(i - 1, "BAD_DQ_ESCAPE", `Invalid escape sequence ${raw}`);
            res += raw;
          }
        } else if (ch === " " || ch === "	") {
          const wsStart = i;
          let next = source[i + 1];
          while (next === " " || next === "	")
            next = source[++i + 1];
          if (next !== "\n" && !(next === "\r" && source[i + 2] === "\n"))
            res += i > wsStart ? source.slice(wsStart, i + 1) : ch;
        } else {
          res += ch;
        }
      }
      if (source[source.length - 1] !== '"' || source.length === 1)
        onError(source.length, "MISSING_CHAR", 'Missing closing "quote');
      return res;
    }
    function foldNewline(source, offset) {
      let fold = "";
      let ch = source[offset + 1];
      while (ch === " " || ch === "	" || ch === "\n" || ch === "\r") {
        if (ch === "\r" && source[offset + 2] !== "\n")
          break;
        if (ch === "\n")
          fold += "\n";
        offset += 1;
        ch = source[offset + 1];
      }
      if (!fold)
        fold = " ";
      return { fold, offset };
    }
    var escapeCodes = {
      "0": "\0",
      // null character
      a: "\x07",
      // bell character
      b: "\b",
      // backspace
      e: "\x1B",
      // escape character
      f: "\f",
      // form feed
      n: "\n",
      // line feed
      r: "\r",
      // carriage return
      t: "	",
      // horizontal tab
      v: "\v",
      // vertical tab
      N: "\x85",
      // Unicode next line
      _: "\xA0",
      // Unicode non-breaking space
      L: "\u2028",
      // Unicode line separator
      P: "\u2029",
      // Unicode paragraph separator
      " ": " ",
      '"': '"',
      "/": "/",
      "\\": "\\",
      "	": "	"
    };
    function parseCharCode(source, offset, length, onError) {
      const cc = source.substr(offset, length);
      const ok = cc.length === length && /^[0-9a-fA-F]+$/.test(cc);
      const code = ok ? parseInt(cc, 16) : NaN;
      try {
        return String.fromCodePoint(code);
      } catch {
        const raw = source.substr(offset - 2, length + 2);
        onError(offset - 2, "BAD_DQ_ESCAPE", `Invalid escape sequence ${raw}`);
        return raw;
      }
    }
    exports.resolveFlowScalar = resolveFlowScalar;
  }
});

// node_modules/yaml/dist/compose/compose-scalar.js
var require_compose_scalar = __commonJS({
  "node_modules/yaml/dist/compose/compose-scalar.js"(exports) {
    "use strict";
    var identity2 = require_identity();
    var Scalar = require_Scalar();
    var resolveBlockScalar = require_resolve_block_scalar();
    var resolveFlowScalar = require_resolve_flow_scalar();
    function composeScalar(ctx, token, tagToken, onError) {
      const { value, type, comment, range } = token.type === "block-scalar" ? resolveBlockScalar.resolveBlockScalar(ctx, token, onError) : resolveFlowScalar.resolveFlowScalar(token, ctx.options.strict, onError);
      const tagName = tagToken ? ctx.directives.tagName(tagToken.source, (msg) => onError(tagToken, "TAG_RESOLVE_FAILED", msg)) : null;
      let tag;
      if (ctx.options.stringKeys && ctx.atKey) {
        tag = ctx.schema[identity2.SCALAR];
      } else if (tagName)
        tag = findScalarTagByName(ctx.schema, value, tagName, tagToken, onError);
      else if (token.type === "scalar")
        tag = findScalarTagByTest(ctx, value, token, onError);
      else
        tag = ctx.schema[identity2.SCALAR];
      let scalar;
      try {
        const res = tag.resolve(value, (msg) => onError(tagToken ?? token, "TAG_RESOLVE_FAILED", msg), ctx.options);
        scalar = identity2.isScalar(res) ? res : new Scalar.Scalar(res);
      } catch (error) {
        const msg = error instanceof Error ? error.message : String(error);
        onError(tagToken ?? token, "TAG_RESOLVE_FAILED", msg);
        scalar = new Scalar.Scalar(value);
      }
      scalar.range = range;
      scalar.source = value;
      if (type)
        scalar.type = type;
      if (tagName)
        scalar.tag = tagName;
      if (tag.format)
        scalar.format = tag.format;
      if (comment)
        scalar.comment = comment;
      return scalar;
    }
    function findScalarTagByName(schema, value, tagName, tagToken, onError) {
      if (tagName === "!")
        return schema[identity2.SCALAR];
      const matchWithTest = [];
      for (const tag of schema.tags) {
        if (!tag.collection && tag.tag === tagName) {
          if (tag.default && tag.test)
            matchWithTest.push(tag);
          else
            return tag;
        }
      }
      for (const tag of matchWithTest)
        if (tag.test?.test(value))
          return tag;
      const kt = schema.knownTags[tagName];
      if (kt && !kt.collection) {
        schema.tags.push(Object.assign({}, kt, { default: false, test: void 0 }));
        return kt;
      }
      onError(tagToken, "TAG_RESOLVE_FAILED", `Unresolved tag: ${tagName}`, tagName !== "tag:yaml.org,2002:str");
      return schema[identity2.SCALAR];
    }
    function findScalarTagByTest({ atKey, directives, schema }, value, token, onError) {
      const tag = schema.tags.find((tag2) => (tag2.default === true || atKey && tag2.default === "key") && tag2.test?.test(value)) || schema[identity2.SCALAR];
      if (schema.compat) {
        const compat = schema.compat.find((tag2) => tag2.default && tag2.test?.test(value)) ?? schema[identity2.SCALAR];
        if (tag.tag !== compat.tag) {
          const ts = directives.tagString(tag.tag);
          const cs = directives.tagString(compat.tag);
          const msg = `Value may be parsed as either ${ts} or ${cs}`;
          onError(token, "TAG_RESOLVE_FAILED", msg, true);
        }
      }
      return tag;
    }
    exports.composeScalar = composeScalar;
  }
});

// node_modules/yaml/dist/compose/util-empty-scalar-position.js
var require_util_empty_scalar_position = __commonJS({
  "node_modules/yaml/dist/compose/util-empty-scalar-position.js"(exports) {
    "use strict";
    function emptyScalarPosition(offset, before, pos) {
      if (before) {
        pos ?? (pos = before.length);
        for (let i = pos - 1; i >= 0; --i) {
          let st = before[i];
          switch (st.type) {
            case "space":
            case "comment":
            case "newline":
              offset -= st.source.length;
              continue;
          }
          st = before[++i];
          while (st?.type === "space") {
            offset += st.source.length;
            st = before[++i];
          }
          break;
        }
      }
      return offset;
    }
    exports.emptyScalarPosition = emptyScalarPosition;
  }
});

// node_modules/yaml/dist/compose/compose-node.js
var require_compose_node = __commonJS({
  "node_modules/yaml/dist/compose/compose-node.js"(exports) {
    "use strict";
    var Alias = require_Alias();
    var identity2 = require_identity();
    var composeCollection = require_compose_collection();
    var composeScalar = require_compose_scalar();
    var resolveEnd = require_resolve_end();
    var utilEmptyScalarPosition = require_util_empty_scalar_position();
    var CN = { composeNode, composeEmptyNode };
    function composeNode(ctx, token, props, onError) {
      const atKey = ctx.atKey;
      const { spaceBefore, comment, anchor, tag } = props;
      let node;
      let isSrcToken = true;
      switch (token.type) {
        case "alias":
          node = composeAlias(ctx, token, onError);
          if (anchor || tag)
            onError(token, "ALIAS_PROPS", "An alias node must not specify any properties");
          break;
        case "scalar":
        case "single-quoted-scalar":
        case "double-quoted-scalar":
        case "block-scalar":
          node = composeScalar.composeScalar(ctx, token, tag, onError);
          if (anchor)
            node.anchor = anchor.source.substring(1);
          break;
        case "block-map":
        case "block-seq":
        case "flow-collection":
          try {
            node = composeCollection.composeCollection(CN, ctx, token, props, onError);
            if (anchor)
              node.anchor = anchor.source.substring(1);
          } catch (error) {
            const message = error instanceof Error ? error.message : String(error);
            onError(token, "RESOURCE_EXHAUSTION", message);
          }
          break;
        default: {
          const message = token.type === "error" ? token.message : `Unsupported token (type: ${token.type})`;
          onError(token, "UNEXPECTED_TOKEN", message);
          isSrcToken = false;
        }
      }
      node ?? (node = composeEmptyNode(ctx, token.offset, void 0, null, props, onError));
      if (anchor && node.anchor === "")
        onError(anchor, "BAD_ALIAS", "Anchor cannot be an empty string");
      if (atKey && ctx.options.stringKeys && (!identity2.isScalar(node) || typeof node.value !== "string" || node.tag && node.tag !== "tag:yaml.org,2002:str")) {
        const msg = "With stringKeys, all keys must be strings";
        onError(tag ?? token, "NON_STRING_KEY", msg);
      }
      if (spaceBefore)
        node.spaceBefore = true;
      if (comment) {
        if (token.type === "scalar" && token.source === "")
          node.comment = comment;
        else
          node.commentBefore = comment;
      }
      if (ctx.options.keepSourceTokens && isSrcToken)
        node.srcToken = token;
      return node;
    }
    function composeEmptyNode(ctx, offset, before, pos, { spaceBefore, comment, anchor, tag, end }, onError) {
      const token = {
        type: "scalar",
        offset: utilEmptyScalarPosition.emptyScalarPosition(offset, before, pos),
        indent: -1,
        source: ""
      };
      const node = composeScalar.composeScalar(ctx, token, tag, onError);
      if (anchor) {
        node.anchor = anchor.source.substring(1);
        if (node.anchor === "")
          onError(anchor, "BAD_ALIAS", "Anchor cannot be an empty string");
      }
      if (spaceBefore)
        node.spaceBefore = true;
      if (comment) {
        node.comment = comment;
        node.range[2] = end;
      }
      return node;
    }
    function composeAlias({ options }, { offset, source, end }, onError) {
      const alias = new Alias.Alias(source.substring(1));
      if (alias.source === "")
        onError(offset, "BAD_ALIAS", "Alias cannot be an empty string");
      if (alias.source.endsWith(":"))
        onError(offset + source.length - 1, "BAD_ALIAS", "Alias ending in : is ambiguous", true);
      const valueEnd = offset + source.length;
      const re = resolveEnd.resolveEnd(end, valueEnd, options.strict, onError);
      alias.range = [offset, valueEnd, re.offset];
      if (re.comment)
        alias.comment = re.comment;
      return alias;
    }
    exports.composeEmptyNode = composeEmptyNode;
    exports.composeNode = composeNode;
  }
});

// node_modules/yaml/dist/compose/compose-doc.js
var require_compose_doc = __commonJS({
  "node_modules/yaml/dist/compose/compose-doc.js"(exports) {
    "use strict";
    var Document = require_Document();
    var composeNode = require_compose_node();
    var resolveEnd = require_resolve_end();
    var resolveProps = require_resolve_props();
    function composeDoc(options, directives, { offset, start, value, end }, onError) {
      const opts = Object.assign({ _directives: directives }, options);
      const doc = new Document.Document(void 0, opts);
      const ctx = {
        atKey: false,
        atRoot: true,
        directives: doc.directives,
        options: doc.options,
        schema: doc.schema
      };
      const props = resolveProps.resolveProps(start, {
        indicator: "doc-start",
        next: value ?? end?.[0],
        offset,
        onError,
        parentIndent: 0,
        startOnNewline: true
      });
      if (props.found) {
        doc.directives.docStart = true;
        if (value && (value.type === "block-map" || value.type === "block-seq") && !props.hasNewline)
          onError(props.end, "MISSING_CHAR", "Block collection cannot start on same line with directives-end marker");
      }
      doc.contents = value ? composeNode.composeNode(ctx, value, props, onError) : composeNode.composeEmptyNode(ctx, props.end, start, null, props, onError);
      const contentEnd = doc.contents.range[2];
      const re = resolveEnd.resolveEnd(end, contentEnd, false, onError);
      if (re.comment)
        doc.comment = re.comment;
      doc.range = [offset, contentEnd, re.offset];
      return doc;
    }
    exports.composeDoc = composeDoc;
  }
});

// node_modules/yaml/dist/compose/composer.js
var require_composer = __commonJS({
  "node_modules/yaml/dist/compose/composer.js"(exports) {
    "use strict";
    var node_process = __require("process");
    var directives = require_directives();
    var Document = require_Document();
    var errors = require_errors();
    var identity2 = require_identity();
    var composeDoc = require_compose_doc();
    var resolveEnd = require_resolve_end();
    function getErrorPos(src) {
      if (typeof src === "number")
        return [src, src + 1];
      if (Array.isArray(src))
        return src.length === 2 ? src : [src[0], src[1]];
      const { offset, source } = src;
      return [offset, offset + (typeof source === "string" ? source.length : 1)];
    }
    function parsePrelude(prelude) {
      let comment = "";
      let atComment = false;
      let afterEmptyLine = false;
      for (let i = 0; i < prelude.length; ++i) {
        const source = prelude[i];
        switch (source[0]) {
          case "#":
            comment += (comment === "" ? "" : afterEmptyLine ? "\n\n" : "\n") + (source.substring(1) || " ");
            atComment = true;
            afterEmptyLine = false;
            break;
          case "%":
            if (prelude[i + 1]?.[0] !== "#")
              i += 1;
            atComment = false;
            break;
          default:
            if (!atComment)
              afterEmptyLine = true;
            atComment = false;
        }
      }
      return { comment, afterEmptyLine };
    }
    var Composer = class {
      constructor(options = {}) {
        this.doc = null;
        this.atDirectives = false;
        this.prelude = [];
        this.errors = [];
        this.warnings = [];
        this.onError = (source, code, message, warning) => {
          const pos = getErrorPos(source);
          if (warning)
            this.warnings.push(new errors.YAMLWarning(pos, code, message));
          else
            this.errors.push(new errors.YAMLParseError(pos, code, message));
        };
        this.directives = new directives.Directives({ version: options.version || "1.2" });
        this.options = options;
      }
      decorate(doc, afterDoc) {
        const { comment, afterEmptyLine } = parsePrelude(this.prelude);
        if (comment) {
          const dc = doc.contents;
          if (afterDoc) {
            doc.comment = doc.comment ? `${doc.comment}
${comment}` : comment;
          } else if (afterEmptyLine || doc.directives.docStart || !dc) {
            doc.commentBefore = comment;
          } else if (identity2.isCollection(dc) && !dc.flow && dc.items.length > 0) {
            let it = dc.items[0];
            if (identity2.isPair(it))
              it = it.key;
            const cb = it.commentBefore;
            it.commentBefore = cb ? `${comment}
${cb}` : comment;
          } else {
            const cb = dc.commentBefore;
            dc.commentBefore = cb ? `${comment}
${cb}` : comment;
          }
        }
        if (afterDoc) {
          for (let i = 0; i < this.errors.length; ++i)
            doc.errors.push(this.errors[i]);
          for (let i = 0; i < this.warnings.length; ++i)
            doc.warnings.push(this.warnings[i]);
        } else {
          doc.errors = this.errors;
          doc.warnings = this.warnings;
        }
        this.prelude = [];
        this.errors = [];
        this.warnings = [];
      }
      /**
       * Current stream status information.
       *
       * Mostly useful at the end of input for an empty stream.
       */
      streamInfo() {
        return {
          comment: parsePrelude(this.prelude).comment,
          directives: this.directives,
          errors: this.errors,
          warnings: this.warnings
        };
      }
      /**
       * Compose tokens into documents.
       *
       * @param forceDoc - If the stream contains no document, still emit a final document including any comments and directives that would be applied to a subsequent document.
       * @param endOffset - Should be set if `forceDoc` is also set, to set the document range end and to indicate errors correctly.
       */
      *compose(tokens2, forceDoc = false, endOffset = -1) {
        for (const token of tokens2)
          yield* this.next(token);
        yield* this.end(forceDoc, endOffset);
      }
      /** Advance the composer by one CST token. */
      *next(token) {
        if (node_process.env.LOG_STREAM)
          console.dir(token, { depth: null });
        switch (token.type) {
          case "directive":
            this.directives.add(token.source, (offset, message, warning) => {
              const pos = getErrorPos(token);
              pos[0] += offset;
              this.onError(pos, "BAD_DIRECTIVE", message, warning);
            });
            this.prelude.push(token.source);
            this.atDirectives = true;
            break;
          case "document": {
            const doc = composeDoc.composeDoc(this.options, this.directives, token, this.onError);
            if (this.atDirectives && !doc.directives.docStart)
              this.onError(token, "MISSING_CHAR", "Missing directives-end/doc-start indicator line");
            this.decorate(doc, false);
            if (this.doc)
              yield this.doc;
            this.doc = doc;
            this.atDirectives = false;
            break;
          }
          case "byte-order-mark":
          case "space":
            break;
          case "comment":
          case "newline":
            this.prelude.push(token.source);
            break;
          case "error": {
            const msg = token.source ? `${token.message}: ${JSON.stringify(token.source)}` : token.message;
            const error = new errors.YAMLParseError(getErrorPos(token), "UNEXPECTED_TOKEN", msg);
            if (this.atDirectives || !this.doc)
              this.errors.push(error);
            else
              this.doc.errors.push(error);
            break;
          }
          case "doc-end": {
            if (!this.doc) {
              const msg = "Unexpected doc-end without preceding document";
              this.errors.push(new errors.YAMLParseError(getErrorPos(token), "UNEXPECTED_TOKEN", msg));
              break;
            }
            this.doc.directives.docEnd = true;
            const end = resolveEnd.resolveEnd(token.end, token.offset + token.source.length, this.doc.options.strict, this.onError);
            this.decorate(this.doc, true);
            if (end.comment) {
              const dc = this.doc.comment;
              this.doc.comment = dc ? `${dc}
${end.comment}` : end.comment;
            }
            this.doc.range[2] = end.offset;
            break;
          }
          default:
            this.errors.push(new errors.YAMLParseError(getErrorPos(token), "UNEXPECTED_TOKEN", `Unsupported token ${token.type}`));
        }
      }
      /**
       * Call at end of input to yield any remaining document.
       *
       * @param forceDoc - If the stream contains no document, still emit a final document including any comments and directives that would be applied to a subsequent document.
       * @param endOffset - Should be set if `forceDoc` is also set, to set the document range end and to indicate errors correctly.
       */
      *end(forceDoc = false, endOffset = -1) {
        if (this.doc) {
          this.decorate(this.doc, true);
          yield this.doc;
          this.doc = null;
        } else if (forceDoc) {
          const opts = Object.assign({ _directives: this.directives }, this.options);
          const doc = new Document.Document(void 0, opts);
          if (this.atDirectives)
            this.onError(endOffset, "MISSING_CHAR", "Missing directives-end indicator line");
          doc.range = [0, endOffset, endOffset];
          this.decorate(doc, false);
          yield doc;
        }
      }
    };
    exports.Composer = Composer;
  }
});

// node_modules/yaml/dist/parse/cst-scalar.js
var require_cst_scalar = __commonJS({
  "node_modules/yaml/dist/parse/cst-scalar.js"(exports) {
    "use strict";
    var resolveBlockScalar = require_resolve_block_scalar();
    var resolveFlowScalar = require_resolve_flow_scalar();
    var errors = require_errors();
    var stringifyString = require_stringifyString();
    function resolveAsScalar(token, strict = true, onError) {
      if (token) {
        const _onError = (pos, code, message) => {
          const offset = typeof pos === "number" ? pos : Array.isArray(pos) ? pos[0] : pos.offset;
          if (onError)
            onError(offset, code, message);
          else
            throw new errors.YAMLParseError([offset, offset + 1], code, message);
        };
        switch (token.type) {
          case "scalar":
          case "single-quoted-scalar":
          case "double-quoted-scalar":
            return resolveFlowScalar.resolveFlowScalar(token, strict, _onError);
          case "block-scalar":
            return resolveBlockScalar.resolveBlockScalar({ options: { strict } }, token, _onError);
        }
      }
      return null;
    }
    function createScalarToken(value, context) {
      const { implicitKey = false, indent, inFlow = false, offset = -1, type = "PLAIN" } = context;
      const source = stringifyString.stringifyString({ type, value }, {
        implicitKey,
        indent: indent > 0 ? " ".repeat(indent) : "",
        inFlow,
        options: { blockQuote: true, lineWidth: -1 }
      });
      const end = context.end ?? [
        { type: "newline", offset: -1, indent, source: "\n" }
      ];
      switch (source[0]) {
        case "|":
        case ">": {
          const he = source.indexOf("\n");
          const head = source.substring(0, he);
          const body = source.substring(he + 1) + "\n";
          const props = [
            { type: "block-scalar-header", offset, indent, source: head }
          ];
          if (!addEndtoBlockProps(props, end))
            props.push({ type: "newline", offset: -1, indent, source: "\n" });
          return { type: "block-scalar", offset, indent, props, source: body };
        }
        case '"':
          return { type: "double-quoted-scalar", offset, indent, source, end };
        case "'":
          return { type: "single-quoted-scalar", offset, indent, source, end };
        default:
          return { type: "scalar", offset, indent, source, end };
      }
    }
    function setScalarValue(token, value, context = {}) {
      let { afterKey = false, implicitKey = false, inFlow = false, type } = context;
      let indent = "indent" in token ? token.indent : null;
      if (afterKey && typeof indent === "number")
        indent += 2;
      if (!type)
        switch (token.type) {
          case "single-quoted-scalar":
            type = "QUOTE_SINGLE";
            break;
          case "double-quoted-scalar":
            type = "QUOTE_DOUBLE";
            break;
          case "block-scalar": {
            const header = token.props[0];
            if (header.type !== "block-scalar-header")
              throw new Error("Invalid block scalar header");
            type = header.source[0] === ">" ? "BLOCK_FOLDED" : "BLOCK_LITERAL";
            break;
          }
          default:
            type = "PLAIN";
        }
      const source = stringifyString.stringifyString({ type, value }, {
        implicitKey: implicitKey || indent === null,
        indent: indent !== null && indent > 0 ? " ".repeat(indent) : "",
        inFlow,
        options: { blockQuote: true, lineWidth: -1 }
      });
      switch (source[0]) {
        case "|":
        case ">":
          setBlockScalarValue(token, source);
          break;
        case '"':
          setFlowScalarValue(token, source, "double-quoted-scalar");
          break;
        case "'":
          setFlowScalarValue(token, source, "single-quoted-scalar");
          break;
        default:
          setFlowScalarValue(token, source, "scalar");
      }
    }
    function setBlockScalarValue(token, source) {
      const he = source.indexOf("\n");
      const head = source.substring(0, he);
      const body = source.substring(he + 1) + "\n";
      if (token.type === "block-scalar") {
        const header = token.props[0];
        if (header.type !== "block-scalar-header")
          throw new Error("Invalid block scalar header");
        header.source = head;
        token.source = body;
      } else {
        const { offset } = token;
        const indent = "indent" in token ? token.indent : -1;
        const props = [
          { type: "block-scalar-header", offset, indent, source: head }
        ];
        if (!addEndtoBlockProps(props, "end" in token ? token.end : void 0))
          props.push({ type: "newline", offset: -1, indent, source: "\n" });
        for (const key of Object.keys(token))
          if (key !== "type" && key !== "offset")
            delete token[key];
        Object.assign(token, { type: "block-scalar", indent, props, source: body });
      }
    }
    function addEndtoBlockProps(props, end) {
      if (end)
        for (const st of end)
          switch (st.type) {
            case "space":
            case "comment":
              props.push(st);
              break;
            case "newline":
              props.push(st);
              return true;
          }
      return false;
    }
    function setFlowScalarValue(token, source, type) {
      switch (token.type) {
        case "scalar":
        case "double-quoted-scalar":
        case "single-quoted-scalar":
          token.type = type;
          token.source = source;
          break;
        case "block-scalar": {
          const end = token.props.slice(1);
          let oa = source.length;
          if (token.props[0].type === "block-scalar-header")
            oa -= token.props[0].source.length;
          for (const tok of end)
            tok.offset += oa;
          delete token.props;
          Object.assign(token, { type, source, end });
          break;
        }
        case "block-map":
        case "block-seq": {
          const offset = token.offset + source.length;
          const nl = { type: "newline", offset, indent: token.indent, source: "\n" };
          delete token.items;
          Object.assign(token, { type, source, end: [nl] });
          break;
        }
        default: {
          const indent = "indent" in token ? token.indent : -1;
          const end = "end" in token && Array.isArray(token.end) ? token.end.filter((st) => st.type === "space" || st.type === "comment" || st.type === "newline") : [];
          for (const key of Object.keys(token))
            if (key !== "type" && key !== "offset")
              delete token[key];
          Object.assign(token, { type, indent, source, end });
        }
      }
    }
    exports.createScalarToken = createScalarToken;
    exports.resolveAsScalar = resolveAsScalar;
    exports.setScalarValue = setScalarValue;
  }
});

// node_modules/yaml/dist/parse/cst-stringify.js
var require_cst_stringify = __commonJS({
  "node_modules/yaml/dist/parse/cst-stringify.js"(exports) {
    "use strict";
    var stringify = (cst) => "type" in cst ? stringifyToken(cst) : stringifyItem(cst);
    function stringifyToken(token) {
      switch (token.type) {
        case "block-scalar": {
          let res = "";
          for (const tok of token.props)
            res += stringifyToken(tok);
          return res + token.source;
        }
        case "block-map":
        case "block-seq": {
          let res = "";
          for (const item of token.items)
            res += stringifyItem(item);
          return res;
        }
        case "flow-collection": {
          let res = token.start.source;
          for (const item of token.items)
            res += stringifyItem(item);
          for (const st of token.end)
            res += st.source;
          return res;
        }
        case "document": {
          let res = stringifyItem(token);
          if (token.end)
            for (const st of token.end)
              res += st.source;
          return res;
        }
        default: {
          let res = token.source;
          if ("end" in token && token.end)
            for (const st of token.end)
              res += st.source;
          return res;
        }
      }
    }
    function stringifyItem({ start, key, sep, value }) {
      let res = "";
      for (const st of start)
        res += st.source;
      if (key)
        res += stringifyToken(key);
      if (sep)
        for (const st of sep)
          res += st.source;
      if (value)
        res += stringifyToken(value);
      return res;
    }
    exports.stringify = stringify;
  }
});

// node_modules/yaml/dist/parse/cst-visit.js
var require_cst_visit = __commonJS({
  "node_modules/yaml/dist/parse/cst-visit.js"(exports) {
    "use strict";
    var BREAK = /* @__PURE__ */ Symbol("break visit");
    var SKIP = /* @__PURE__ */ Symbol("skip children");
    var REMOVE = /* @__PURE__ */ Symbol("remove item");
    function visit2(cst, visitor) {
      if ("type" in cst && cst.type === "document")
        cst = { start: cst.start, value: cst.value };
      _visit(Object.freeze([]), cst, visitor);
    }
    visit2.BREAK = BREAK;
    visit2.SKIP = SKIP;
    visit2.REMOVE = REMOVE;
    visit2.itemAtPath = (cst, path) => {
      let item = cst;
      for (const [field, index] of path) {
        const tok = item?.[field];
        if (tok && "items" in tok) {
          item = tok.items[index];
        } else
          return void 0;
      }
      return item;
    };
    visit2.parentCollection = (cst, path) => {
      const parent = visit2.itemAtPath(cst, path.slice(0, -1));
      const field = path[path.length - 1][0];
      const coll = parent?.[field];
      if (coll && "items" in coll)
        return coll;
      throw new Error("Parent collection not found");
    };
    function _visit(path, item, visitor) {
      let ctrl = visitor(item, path);
      if (typeof ctrl === "symbol")
        return ctrl;
      for (const field of ["key", "value"]) {
        const token = item[field];
        if (token && "items" in token) {
          for (let i = 0; i < token.items.length; ++i) {
            const ci = _visit(Object.freeze(path.concat([[field, i]])), token.items[i], visitor);
            if (typeof ci === "number")
              i = ci - 1;
            else if (ci === BREAK)
              return BREAK;
            else if (ci === REMOVE) {
              token.items.splice(i, 1);
              i -= 1;
            }
          }
          if (typeof ctrl === "function" && field === "key")
            ctrl = ctrl(item, path);
        }
      }
      return typeof ctrl === "function" ? ctrl(item, path) : ctrl;
    }
    exports.visit = visit2;
  }
});

// node_modules/yaml/dist/parse/cst.js
var require_cst = __commonJS({
  "node_modules/yaml/dist/parse/cst.js"(exports) {
    "use strict";
    var cstScalar = require_cst_scalar();
    var cstStringify = require_cst_stringify();
    var cstVisit = require_cst_visit();
    var BOM = "\uFEFF";
    var DOCUMENT = "";
    var FLOW_END = "";
    var SCALAR = "";
    var isCollection = (token) => !!token && "items" in token;
    var isScalar2 = (token) => !!token && (token.type === "scalar" || token.type === "single-quoted-scalar" || token.type === "double-quoted-scalar" || token.type === "block-scalar");
    function prettyToken(token) {
      switch (token) {
        case BOM:
          return "<BOM>";
        case DOCUMENT:
          return "<DOC>";
        case FLOW_END:
          return "<FLOW_END>";
        case SCALAR:
          return "<SCALAR>";
        default:
          return JSON.stringify(token);
      }
    }
    function tokenType(source) {
      switch (source) {
        case BOM:
          return "byte-order-mark";
        case DOCUMENT:
          return "doc-mode";
        case FLOW_END:
          return "flow-error-end";
        case SCALAR:
          return "scalar";
        case "---":
          return "doc-start";
        case "...":
          return "doc-end";
        case "":
        case "\n":
        case "\r\n":
          return "newline";
        case "-":
          return "seq-item-ind";
        case "?":
          return "explicit-key-ind";
        case ":":
          return "map-value-ind";
        case "{":
          return "flow-map-start";
        case "}":
          return "flow-map-end";
        case "[":
          return "flow-seq-start";
        case "]":
          return "flow-seq-end";
        case ",":
          return "comma";
      }
      switch (source[0]) {
        case " ":
        case "	":
          return "space";
        case "#":
          return "comment";
        case "%":
          return "directive-line";
        case "*":
          return "alias";
        case "&":
          return "anchor";
        case "!":
          return "tag";
        case "'":
          return "single-quoted-scalar";
        case '"':
          return "double-quoted-scalar";
        case "|":
        case ">":
          return "block-scalar-header";
      }
      return null;
    }
    exports.createScalarToken = cstScalar.createScalarToken;
    exports.resolveAsScalar = cstScalar.resolveAsScalar;
    exports.setScalarValue = cstScalar.setScalarValue;
    exports.stringify = cstStringify.stringify;
    exports.visit = cstVisit.visit;
    exports.BOM = BOM;
    exports.DOCUMENT = DOCUMENT;
    exports.FLOW_END = FLOW_END;
    exports.SCALAR = SCALAR;
    exports.isCollection = isCollection;
    exports.isScalar = isScalar2;
    exports.prettyToken = prettyToken;
    exports.tokenType = tokenType;
  }
});

// node_modules/yaml/dist/parse/lexer.js
var require_lexer = __commonJS({
  "node_modules/yaml/dist/parse/lexer.js"(exports) {
    "use strict";
    var cst = require_cst();
    function isEmpty(ch) {
      switch (ch) {
        case void 0:
        case " ":
        case "\n":
        case "\r":
        case "	":
          return true;
        default:
          return false;
      }
    }
    var hexDigits = new Set("0123456789ABCDEFabcdef");
    var tagChars = new Set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-#;/?:@&=+$_.!~*'()");
    var flowIndicatorChars = new Set(",[]{}");
    var invalidAnchorChars = new Set(" ,[]{}\n\r	");
    var isNotAnchorChar = (ch) => !ch || invalidAnchorChars.has(ch);
    var Lexer2 = class {
      constructor() {
        this.atEnd = false;
        this.blockScalarIndent = -1;
        this.blockScalarKeep = false;
        this.buffer = "";
        this.flowKey = false;
        this.flowLevel = 0;
        this.indentNext = 0;
        this.indentValue = 0;
        this.lineEndPos = null;
        this.next = null;
        this.pos = 0;
      }
      /**
       * Generate YAML tokens from the `source` string. If `incomplete`,
       * a part of the last line may be left as a buffer for the next call.
       *
       * @returns A generator of lexical tokens
       */
      *lex(source, incomplete = false) {
        if (source) {
          if (typeof source !== "string")
            throw TypeError("source is not a string");
          this.buffer = this.buffer ? this.buffer + source : source;
          this.lineEndPos = null;
        }
        this.atEnd = !incomplete;
        let next = this.next ?? "stream";
        while (next && (incomplete || this.hasChars(1)))
          next = yield* this.parseNext(next);
      }
      atLineEnd() {
        let i = this.pos;
        let ch = this.buffer[i];
        while (ch === " " || ch === "	")
          ch = this.buffer[++i];
        if (!ch || ch === "#" || ch === "\n")
          return true;
        if (ch === "\r")
          return this.buffer[i + 1] === "\n";
        return false;
      }
      charAt(n) {
        return this.buffer[this.pos + n];
      }
      continueScalar(offset) {
        let ch = this.buffer[offset];
        if (this.indentNext > 0) {
          let indent = 0;
          while (ch === " ")
            ch = this.buffer[++indent + offset];
          if (ch === "\r") {
            const next = this.buffer[indent + offset + 1];
            if (next === "\n" || !next && !this.atEnd)
              return offset + indent + 1;
          }
          return ch === "\n" || indent >= this.indentNext || !ch && !this.atEnd ? offset + indent : -1;
        }
        if (ch === "-" || ch === ".") {
          const dt = this.buffer.substr(offset, 3);
          if ((dt === "---" || dt === "...") && isEmpty(this.buffer[offset + 3]))
            return -1;
        }
        return offset;
      }
      getLine() {
        let end = this.lineEndPos;
        if (typeof end !== "number" || end !== -1 && end < this.pos) {
          end = this.buffer.indexOf("\n", this.pos);
          this.lineEndPos = end;
        }
        if (end === -1)
          return this.atEnd ? this.buffer.substring(this.pos) : null;
        if (this.buffer[end - 1] === "\r")
          end -= 1;
        return this.buffer.substring(this.pos, end);
      }
      hasChars(n) {
        return this.pos + n <= this.buffer.length;
      }
      setNext(state) {
        this.buffer = this.buffer.substring(this.pos);
        this.pos = 0;
        this.lineEndPos = null;
        this.next = state;
        return null;
      }
      peek(n) {
        return this.buffer.substr(this.pos, n);
      }
      *parseNext(next) {
        switch (next) {
          case "stream":
            return yield* this.parseStream();
          case "line-start":
            return yield* this.parseLineStart();
          case "block-start":
            return yield* this.parseBlockStart();
          case "doc":
            return yield* this.parseDocument();
          case "flow":
            return yield* this.parseFlowCollection();
          case "quoted-scalar":
            return yield* this.parseQuotedScalar();
          case "block-scalar":
            return yield* this.parseBlockScalar();
          case "plain-scalar":
            return yield* this.parsePlainScalar();
        }
      }
      *parseStream() {
        let line = this.getLine();
        if (line === null)
          return this.setNext("stream");
        if (line[0] === cst.BOM) {
          yield* this.pushCount(1);
          line = line.substring(1);
        }
        if (line[0] === "%") {
          let dirEnd = line.length;
          let cs = line.indexOf("#");
          while (cs !== -1) {
            const ch = line[cs - 1];
            if (ch === " " || ch === "	") {
              dirEnd = cs - 1;
              break;
            } else {
              cs = line.indexOf("#", cs + 1);
            }
          }
          while (true) {
            const ch = line[dirEnd - 1];
            if (ch === " " || ch === "	")
              dirEnd -= 1;
            else
              break;
          }
          const n = (yield* this.pushCount(dirEnd)) + (yield* this.pushSpaces(true));
          yield* this.pushCount(line.length - n);
          this.pushNewline();
          return "stream";
        }
        if (this.atLineEnd()) {
          const sp = yield* this.pushSpaces(true);
          yield* this.pushCount(line.length - sp);
          yield* this.pushNewline();
          return "stream";
        }
        yield cst.DOCUMENT;
        return yield* this.parseLineStart();
      }
      *parseLineStart() {
        const ch = this.charAt(0);
        if (!ch && !this.atEnd)
          return this.setNext("line-start");
        if (ch === "-" || ch === ".") {
          if (!this.atEnd && !this.hasChars(4))
            return this.setNext("line-start");
          const s = this.peek(3);
          if ((s === "---" || s === "...") && isEmpty(this.charAt(3))) {
            yield* this.pushCount(3);
            this.indentValue = 0;
            this.indentNext = 0;
            return s === "---" ? "doc" : "stream";
          }
        }
        this.indentValue = yield* this.pushSpaces(false);
        if (this.indentNext > this.indentValue && !isEmpty(this.charAt(1)))
          this.indentNext = this.indentValue;
        return yield* this.parseBlockStart();
      }
      *parseBlockStart() {
        const [ch0, ch1] = this.peek(2);
        if (!ch1 && !this.atEnd)
          return this.setNext("block-start");
        if ((ch0 === "-" || ch0 === "?" || ch0 === ":") && isEmpty(ch1)) {
          const n = (yield* this.pushCount(1)) + (yield* this.pushSpaces(true));
          this.indentNext = this.indentValue + 1;
          this.indentValue += n;
          return "block-start";
        }
        return "doc";
      }
      *parseDocument() {
        yield* this.pushSpaces(true);
        const line = this.getLine();
        if (line === null)
          return this.setNext("doc");
        let n = yield* this.pushIndicators();
        switch (line[n]) {
          case "#":
            yield* this.pushCount(line.length - n);
          // fallthrough
          case void 0:
            yield* this.pushNewline();
            return yield* this.parseLineStart();
          case "{":
          case "[":
            yield* this.pushCount(1);
            this.flowKey = false;
            this.flowLevel = 1;
            return "flow";
          case "}":
          case "]":
            yield* this.pushCount(1);
            return "doc";
          case "*":
            yield* this.pushUntil(isNotAnchorChar);
            return "doc";
          case '"':
          case "'":
            return yield* this.parseQuotedScalar();
          case "|":
          case ">":
            n += yield* this.parseBlockScalarHeader();
            n += yield* this.pushSpaces(true);
            yield* this.pushCount(line.length - n);
            yield* this.pushNewline();
            return yield* this.parseBlockScalar();
          default:
            return yield* this.parsePlainScalar();
        }
      }
      *parseFlowCollection() {
        let nl, sp;
        let indent = -1;
        do {
          nl = yield* this.pushNewline();
          if (nl > 0) {
            sp = yield* this.pushSpaces(false);
            this.indentValue = indent = sp;
          } else {
            sp = 0;
          }
          sp += yield* this.pushSpaces(true);
        } while (nl + sp > 0);
        const line = this.getLine();
        if (line === null)
          return this.setNext("flow");
        if (indent !== -1 && indent < this.indentNext && line[0] !== "#" || indent === 0 && (line.startsWith("---") || line.startsWith("...")) && isEmpty(line[3])) {
          const atFlowEndMarker = indent === this.indentNext - 1 && this.flowLevel === 1 && (line[0] === "]" || line[0] === "}");
          if (!atFlowEndMarker) {
            this.flowLevel = 0;
            yield cst.FLOW_END;
            return yield* this.parseLineStart();
          }
        }
        let n = 0;
        while (line[n] === ",") {
          n += yield* this.pushCount(1);
          n += yield* this.pushSpaces(true);
          this.flowKey = false;
        }
        n += yield* this.pushIndicators();
        switch (line[n]) {
          case void 0:
            return "flow";
          case "#":
            yield* this.pushCount(line.length - n);
            return "flow";
          case "{":
          case "[":
            yield* this.pushCount(1);
            this.flowKey = false;
            this.flowLevel += 1;
            return "flow";
          case "}":
          case "]":
            yield* this.pushCount(1);
            this.flowKey = true;
            this.flowLevel -= 1;
            return this.flowLevel ? "flow" : "doc";
          case "*":
            yield* this.pushUntil(isNotAnchorChar);
            return "flow";
          case '"':
          case "'":
            this.flowKey = true;
            return yield* this.parseQuotedScalar();
          case ":": {
            const next = this.charAt(1);
            if (this.flowKey || isEmpty(next) || next === ",") {
              this.flowKey = false;
              yield* this.pushCount(1);
              yield* this.pushSpaces(true);
              return "flow";
            }
          }
          // fallthrough
          default:
            this.flowKey = false;
            return yield* this.parsePlainScalar();
        }
      }
      *parseQuotedScalar() {
        const quote = this.charAt(0);
        let end = this.buffer.indexOf(quote, this.pos + 1);
        if (quote === "'") {
          while (end !== -1 && this.buffer[end + 1] === "'")
            end = this.buffer.indexOf("'", end + 2);
        } else {
          while (end !== -1) {
            let n = 0;
            while (this.buffer[end - 1 - n] === "\\")
              n += 1;
            if (n % 2 === 0)
              break;
            end = this.buffer.indexOf('"', end + 1);
          }
        }
        const qb = this.buffer.substring(0, end);
        let nl = qb.indexOf("\n", this.pos);
        if (nl !== -1) {
          while (nl !== -1) {
            const cs = this.continueScalar(nl + 1);
            if (cs === -1)
              break;
            nl = qb.indexOf("\n", cs);
          }
          if (nl !== -1) {
            end = nl - (qb[nl - 1] === "\r" ? 2 : 1);
          }
        }
        if (end === -1) {
          if (!this.atEnd)
            return this.setNext("quoted-scalar");
          end = this.buffer.length;
        }
        yield* this.pushToIndex(end + 1, false);
        return this.flowLevel ? "flow" : "doc";
      }
      *parseBlockScalarHeader() {
        this.blockScalarIndent = -1;
        this.blockScalarKeep = false;
        let i = this.pos;
        while (true) {
          const ch = this.buffer[++i];
          if (ch === "+")
            this.blockScalarKeep = true;
          else if (ch > "0" && ch <= "9")
            this.blockScalarIndent = Number(ch) - 1;
          else if (ch !== "-")
            break;
        }
        return yield* this.pushUntil((ch) => isEmpty(ch) || ch === "#");
      }
      *parseBlockScalar() {
        let nl = this.pos - 1;
        let indent = 0;
        let ch;
        loop: for (let i2 = this.pos; ch = this.buffer[i2]; ++i2) {
          switch (ch) {
            case " ":
              indent += 1;
              break;
            case "\n":
              nl = i2;
              indent = 0;
              break;
            case "\r": {
              const next = this.buffer[i2 + 1];
              if (!next && !this.atEnd)
                return this.setNext("block-scalar");
              if (next === "\n")
                break;
            }
            // fallthrough
            default:
              break loop;
          }
        }
        if (!ch && !this.atEnd)
          return this.setNext("block-scalar");
        if (indent >= this.indentNext) {
          if (this.blockScalarIndent === -1)
            this.indentNext = indent;
          else {
            this.indentNext = this.blockScalarIndent + (this.indentNext === 0 ? 1 : this.indentNext);
          }
          do {
            const cs = this.continueScalar(nl + 1);
            if (cs === -1)
              break;
            nl = this.buffer.indexOf("\n", cs);
          } while (nl !== -1);
          if (nl === -1) {
            if (!this.atEnd)
              return this.setNext("block-scalar");
            nl = this.buffer.length;
          }
        }
        let i = nl + 1;
        ch = this.buffer[i];
        while (ch === " ")
          ch = this.buffer[++i];
        if (ch === "	") {
          while (ch === "	" || ch === " " || ch === "\r" || ch === "\n")
            ch = this.buffer[++i];
          nl = i - 1;
        } else if (!this.blockScalarKeep) {
          do {
            let i2 = nl - 1;
            let ch2 = this.buffer[i2];
            if (ch2 === "\r")
              ch2 = this.buffer[--i2];
            const lastChar = i2;
            while (ch2 === " ")
              ch2 = this.buffer[--i2];
            if (ch2 === "\n" && i2 >= this.pos && i2 + 1 + indent > lastChar)
              nl = i2;
            else
              break;
          } while (true);
        }
        yield cst.SCALAR;
        yield* this.pushToIndex(nl + 1, true);
        return yield* this.parseLineStart();
      }
      *parsePlainScalar() {
        const inFlow = this.flowLevel > 0;
        let end = this.pos - 1;
        let i = this.pos - 1;
        let ch;
        while (ch = this.buffer[++i]) {
          if (ch === ":") {
            const next = this.buffer[i + 1];
            if (isEmpty(next) || inFlow && flowIndicatorChars.has(next))
              break;
            end = i;
          } else if (isEmpty(ch)) {
            let next = this.buffer[i + 1];
            if (ch === "\r") {
              if (next === "\n") {
                i += 1;
                ch = "\n";
                next = this.buffer[i + 1];
              } else
                end = i;
            }
            if (next === "#" || inFlow && flowIndicatorChars.has(next))
              break;
            if (ch === "\n") {
              const cs = this.continueScalar(i + 1);
              if (cs === -1)
                break;
              i = Math.max(i, cs - 2);
            }
          } else {
            if (inFlow && flowIndicatorChars.has(ch))
              break;
            end = i;
          }
        }
        if (!ch && !this.atEnd)
          return this.setNext("plain-scalar");
        yield cst.SCALAR;
        yield* this.pushToIndex(end + 1, true);
        return inFlow ? "flow" : "doc";
      }
      *pushCount(n) {
        if (n > 0) {
          yield this.buffer.substr(this.pos, n);
          this.pos += n;
          return n;
        }
        return 0;
      }
      *pushToIndex(i, allowEmpty) {
        const s = this.buffer.slice(this.pos, i);
        if (s) {
          yield s;
          this.pos += s.length;
          return s.length;
        } else if (allowEmpty)
          yield "";
        return 0;
      }
      *pushIndicators() {
        let n = 0;
        loop: while (true) {
          switch (this.charAt(0)) {
            case "!":
              n += yield* this.pushTag();
              n += yield* this.pushSpaces(true);
              continue loop;
            case "&":
              n += yield* this.pushUntil(isNotAnchorChar);
              n += yield* this.pushSpaces(true);
              continue loop;
            case "-":
            // this is an error
            case "?":
            // this is an error outside flow collections
            case ":": {
              const inFlow = this.flowLevel > 0;
              const ch1 = this.charAt(1);
              if (isEmpty(ch1) || inFlow && flowIndicatorChars.has(ch1)) {
                if (!inFlow)
                  this.indentNext = this.indentValue + 1;
                else if (this.flowKey)
                  this.flowKey = false;
                n += yield* this.pushCount(1);
                n += yield* this.pushSpaces(true);
                continue loop;
              }
            }
          }
          break loop;
        }
        return n;
      }
      *pushTag() {
        if (this.charAt(1) === "<") {
          let i = this.pos + 2;
          let ch = this.buffer[i];
          while (!isEmpty(ch) && ch !== ">")
            ch = this.buffer[++i];
          return yield* this.pushToIndex(ch === ">" ? i + 1 : i, false);
        } else {
          let i = this.pos + 1;
          let ch = this.buffer[i];
          while (ch) {
            if (tagChars.has(ch))
              ch = this.buffer[++i];
            else if (ch === "%" && hexDigits.has(this.buffer[i + 1]) && hexDigits.has(this.buffer[i + 2])) {
              ch = this.buffer[i += 3];
            } else
              break;
          }
          return yield* this.pushToIndex(i, false);
        }
      }
      *pushNewline() {
        const ch = this.buffer[this.pos];
        if (ch === "\n")
          return yield* this.pushCount(1);
        else if (ch === "\r" && this.charAt(1) === "\n")
          return yield* this.pushCount(2);
        else
          return 0;
      }
      *pushSpaces(allowTabs) {
        let i = this.pos - 1;
        let ch;
        do {
          ch = this.buffer[++i];
        } while (ch === " " || allowTabs && ch === "	");
        const n = i - this.pos;
        if (n > 0) {
          yield this.buffer.substr(this.pos, n);
          this.pos = i;
        }
        return n;
      }
      *pushUntil(test) {
        let i = this.pos;
        let ch = this.buffer[i];
        while (!test(ch))
          ch = this.buffer[++i];
        return yield* this.pushToIndex(i, false);
      }
    };
    exports.Lexer = Lexer2;
  }
});

// node_modules/yaml/dist/parse/line-counter.js
var require_line_counter = __commonJS({
  "node_modules/yaml/dist/parse/line-counter.js"(exports) {
    "use strict";
    var LineCounter2 = class {
      constructor() {
        this.lineStarts = [];
        this.addNewLine = (offset) => this.lineStarts.push(offset);
        this.linePos = (offset) => {
          let low = 0;
          let high = this.lineStarts.length;
          while (low < high) {
            const mid = low + high >> 1;
            if (this.lineStarts[mid] < offset)
              low = mid + 1;
            else
              high = mid;
          }
          if (this.lineStarts[low] === offset)
            return { line: low + 1, col: 1 };
          if (low === 0)
            return { line: 0, col: offset };
          const start = this.lineStarts[low - 1];
          return { line: low, col: offset - start + 1 };
        };
      }
    };
    exports.LineCounter = LineCounter2;
  }
});

// node_modules/yaml/dist/parse/parser.js
var require_parser = __commonJS({
  "node_modules/yaml/dist/parse/parser.js"(exports) {
    "use strict";
    var node_process = __require("process");
    var cst = require_cst();
    var lexer = require_lexer();
    function includesToken(list, type) {
      for (let i = 0; i < list.length; ++i)
        if (list[i].type === type)
          return true;
      return false;
    }
    function findNonEmptyIndex(list) {
      for (let i = 0; i < list.length; ++i) {
        switch (list[i].type) {
          case "space":
          case "comment":
          case "newline":
            break;
          default:
            return i;
        }
      }
      return -1;
    }
    function isFlowToken(token) {
      switch (token?.type) {
        case "alias":
        case "scalar":
        case "single-quoted-scalar":
        case "double-quoted-scalar":
        case "flow-collection":
          return true;
        default:
          return false;
      }
    }
    function getPrevProps(parent) {
      switch (parent.type) {
        case "document":
          return parent.start;
        case "block-map": {
          const it = parent.items[parent.items.length - 1];
          return it.sep ?? it.start;
        }
        case "block-seq":
          return parent.items[parent.items.length - 1].start;
        /* istanbul ignore next should not happen */
        default:
          return [];
      }
    }
    function getFirstKeyStartProps(prev) {
      if (prev.length === 0)
        return [];
      let i = prev.length;
      loop: while (--i >= 0) {
        switch (prev[i].type) {
          case "doc-start":
          case "explicit-key-ind":
          case "map-value-ind":
          case "seq-item-ind":
          case "newline":
            break loop;
        }
      }
      while (prev[++i]?.type === "space") {
      }
      return prev.splice(i, prev.length);
    }
    function arrayPushArray(target, source) {
      if (source.length < 1e5)
        Array.prototype.push.apply(target, source);
      else
        for (let i = 0; i < source.length; ++i)
          target.push(source[i]);
    }
    function fixFlowSeqItems(fc) {
      if (fc.start.type === "flow-seq-start") {
        for (const it of fc.items) {
          if (it.sep && !it.value && !includesToken(it.start, "explicit-key-ind") && !includesToken(it.sep, "map-value-ind")) {
            if (it.key)
              it.value = it.key;
            delete it.key;
            if (isFlowToken(it.value)) {
              if (it.value.end)
                arrayPushArray(it.value.end, it.sep);
              else
                it.value.end = it.sep;
            } else
              arrayPushArray(it.start, it.sep);
            delete it.sep;
          }
        }
      }
    }
    var Parser2 = class {
      /**
       * @param onNewLine - If defined, called separately with the start position of
       *   each new line (in `parse()`, including the start of input).
       */
      constructor(onNewLine) {
        this.atNewLine = true;
        this.atScalar = false;
        this.indent = 0;
        this.offset = 0;
        this.onKeyLine = false;
        this.stack = [];
        this.source = "";
        this.type = "";
        this.lexer = new lexer.Lexer();
        this.onNewLine = onNewLine;
      }
      /**
       * Parse `source` as a YAML stream.
       * If `incomplete`, a part of the last line may be left as a buffer for the next call.
       *
       * Errors are not thrown, but yielded as `{ type: 'error', message }` tokens.
       *
       * @returns A generator of tokens representing each directive, document, and other structure.
       */
      *parse(source, incomplete = false) {
        if (this.onNewLine && this.offset === 0)
          this.onNewLine(0);
        for (const lexeme of this.lexer.lex(source, incomplete))
          yield* this.next(lexeme);
        if (!incomplete)
          yield* this.end();
      }
      /**
       * Advance the parser by the `source` of one lexical token.
       */
      *next(source) {
        this.source = source;
        if (node_process.env.LOG_TOKENS)
          console.log("|", cst.prettyToken(source));
        if (this.atScalar) {
          this.atScalar = false;
          yield* this.step();
          this.offset += source.length;
          return;
        }
        const type = cst.tokenType(source);
        if (!type) {
          const message = `Not a YAML token: ${source}`;
          yield* this.pop({ type: "error", offset: this.offset, message, source });
          this.offset += source.length;
        } else if (type === "scalar") {
          this.atNewLine = false;
          this.atScalar = true;
          this.type = "scalar";
        } else {
          this.type = type;
          yield* this.step();
          switch (type) {
            case "newline":
              this.atNewLine = true;
              this.indent = 0;
              if (this.onNewLine)
                this.onNewLine(this.offset + source.length);
              break;
            case "space":
              if (this.atNewLine && source[0] === " ")
                this.indent += source.length;
              break;
            case "explicit-key-ind":
            case "map-value-ind":
            case "seq-item-ind":
              if (this.atNewLine)
                this.indent += source.length;
              break;
            case "doc-mode":
            case "flow-error-end":
              return;
            default:
              this.atNewLine = false;
          }
          this.offset += source.length;
        }
      }
      /** Call at end of input to push out any remaining constructions */
      *end() {
        while (this.stack.length > 0)
          yield* this.pop();
      }
      get sourceToken() {
        const st = {
          type: this.type,
          offset: this.offset,
          indent: this.indent,
          source: this.source
        };
        return st;
      }
      *step() {
        const top = this.peek(1);
        if (this.type === "doc-end" && top?.type !== "doc-end") {
          while (this.stack.length > 0)
            yield* this.pop();
          this.stack.push({
            type: "doc-end",
            offset: this.offset,
            source: this.source
          });
          return;
        }
        if (!top)
          return yield* this.stream();
        switch (top.type) {
          case "document":
            return yield* this.document(top);
          case "alias":
          case "scalar":
          case "single-quoted-scalar":
          case "double-quoted-scalar":
            return yield* this.scalar(top);
          case "block-scalar":
            return yield* this.blockScalar(top);
          case "block-map":
            return yield* this.blockMap(top);
          case "block-seq":
            return yield* this.blockSequence(top);
          case "flow-collection":
            return yield* this.flowCollection(top);
          case "doc-end":
            return yield* this.documentEnd(top);
        }
        yield* this.pop();
      }
      peek(n) {
        return this.stack[this.stack.length - n];
      }
      *pop(error) {
        const token = error ?? this.stack.pop();
        if (!token) {
          const message = "Tried to pop an empty stack";
          yield { type: "error", offset: this.offset, source: "", message };
        } else if (this.stack.length === 0) {
          yield token;
        } else {
          const top = this.peek(1);
          if (token.type === "block-scalar") {
            token.indent = "indent" in top ? top.indent : 0;
          } else if (token.type === "flow-collection" && top.type === "document") {
            token.indent = 0;
          }
          if (token.type === "flow-collection")
            fixFlowSeqItems(token);
          switch (top.type) {
            case "document":
              top.value = token;
              break;
            case "block-scalar":
              top.props.push(token);
              break;
            case "block-map": {
              const it = top.items[top.items.length - 1];
              if (it.value) {
                top.items.push({ start: [], key: token, sep: [] });
                this.onKeyLine = true;
                return;
              } else if (it.sep) {
                it.value = token;
              } else {
                Object.assign(it, { key: token, sep: [] });
                this.onKeyLine = !it.explicitKey;
                return;
              }
              break;
            }
            case "block-seq": {
              const it = top.items[top.items.length - 1];
              if (it.value)
                top.items.push({ start: [], value: token });
              else
                it.value = token;
              break;
            }
            case "flow-collection": {
              const it = top.items[top.items.length - 1];
              if (!it || it.value)
                top.items.push({ start: [], key: token, sep: [] });
              else if (it.sep)
                it.value = token;
              else
                Object.assign(it, { key: token, sep: [] });
              return;
            }
            /* istanbul ignore next should not happen */
            default:
              yield* this.pop();
              yield* this.pop(token);
          }
          if ((top.type === "document" || top.type === "block-map" || top.type === "block-seq") && (token.type === "block-map" || token.type === "block-seq")) {
            const last = token.items[token.items.length - 1];
            if (last && !last.sep && !last.value && last.start.length > 0 && findNonEmptyIndex(last.start) === -1 && (token.indent === 0 || last.start.every((st) => st.type !== "comment" || st.indent < token.indent))) {
              if (top.type === "document")
                top.end = last.start;
              else
                top.items.push({ start: last.start });
              token.items.splice(-1, 1);
            }
          }
        }
      }
      *stream() {
        switch (this.type) {
          case "directive-line":
            yield { type: "directive", offset: this.offset, source: this.source };
            return;
          case "byte-order-mark":
          case "space":
          case "comment":
          case "newline":
            yield this.sourceToken;
            return;
          case "doc-mode":
          case "doc-start": {
            const doc = {
              type: "document",
              offset: this.offset,
              start: []
            };
            if (this.type === "doc-start")
              doc.start.push(this.sourceToken);
            this.stack.push(doc);
            return;
          }
        }
        yield {
          type: "error",
          offset: this.offset,
          message: `Unexpected ${this.type} token in YAML stream`,
          source: this.source
        };
      }
      *document(doc) {
        if (doc.value)
          return yield* this.lineEnd(doc);
        switch (this.type) {
          case "doc-start": {
            if (findNonEmptyIndex(doc.start) !== -1) {
              yield* this.pop();
              yield* this.step();
            } else
              doc.start.push(this.sourceToken);
            return;
          }
          case "anchor":
          case "tag":
          case "space":
          case "comment":
          case "newline":
            doc.start.push(this.sourceToken);
            return;
        }
        const bv = this.startBlockValue(doc);
        if (bv)
          this.stack.push(bv);
        else {
          yield {
            type: "error",
            offset: this.offset,
            message: `Unexpected ${this.type} token in YAML document`,
            source: this.source
          };
        }
      }
      *scalar(scalar) {
        if (this.type === "map-value-ind") {
          const prev = getPrevProps(this.peek(2));
          const start = getFirstKeyStartProps(prev);
          let sep;
          if (scalar.end) {
            sep = scalar.end;
            sep.push(this.sourceToken);
            delete scalar.end;
          } else
            sep = [this.sourceToken];
          const map = {
            type: "block-map",
            offset: scalar.offset,
            indent: scalar.indent,
            items: [{ start, key: scalar, sep }]
          };
          this.onKeyLine = true;
          this.stack[this.stack.length - 1] = map;
        } else
          yield* this.lineEnd(scalar);
      }
      *blockScalar(scalar) {
        switch (this.type) {
          case "space":
          case "comment":
          case "newline":
            scalar.props.push(this.sourceToken);
            return;
          case "scalar":
            scalar.source = this.source;
            this.atNewLine = true;
            this.indent = 0;
            if (this.onNewLine) {
              let nl = this.source.indexOf("\n") + 1;
              while (nl !== 0) {
                this.onNewLine(this.offset + nl);
                nl = this.source.indexOf("\n", nl) + 1;
              }
            }
            yield* this.pop();
            break;
          /* istanbul ignore next should not happen */
          default:
            yield* this.pop();
            yield* this.step();
        }
      }
      *blockMap(map) {
        const it = map.items[map.items.length - 1];
        switch (this.type) {
          case "newline":
            this.onKeyLine = false;
            if (it.value) {
              const end = "end" in it.value ? it.value.end : void 0;
              const last = Array.isArray(end) ? end[end.length - 1] : void 0;
              if (last?.type === "comment")
                end?.push(this.sourceToken);
              else
                map.items.push({ start: [this.sourceToken] });
            } else if (it.sep) {
              it.sep.push(this.sourceToken);
            } else {
              it.start.push(this.sourceToken);
            }
            return;
          case "space":
          case "comment":
            if (it.value) {
              map.items.push({ start: [this.sourceToken] });
            } else if (it.sep) {
              it.sep.push(this.sourceToken);
            } else {
              if (this.atIndentedComment(it.start, map.indent)) {
                const prev = map.items[map.items.length - 2];
                const end = prev?.value?.end;
                if (Array.isArray(end)) {
                  arrayPushArray(end, it.start);
                  end.push(this.sourceToken);
                  map.items.pop();
                  return;
                }
              }
              it.start.push(this.sourceToken);
            }
            return;
        }
        if (this.indent >= map.indent) {
          const atMapIndent = !this.onKeyLine && this.indent === map.indent;
          const atNextItem = atMapIndent && (it.sep || it.explicitKey) && this.type !== "seq-item-ind";
          let start = [];
          if (atNextItem && it.sep && !it.value) {
            const nl = [];
            for (let i = 0; i < it.sep.length; ++i) {
              const st = it.sep[i];
              switch (st.type) {
                case "newline":
                  nl.push(i);
                  break;
                case "space":
                  break;
                case "comment":
                  if (st.indent > map.indent)
                    nl.length = 0;
                  break;
                default:
                  nl.length = 0;
              }
            }
            if (nl.length >= 2)
              start = it.sep.splice(nl[1]);
          }
          switch (this.type) {
            case "anchor":
            case "tag":
              if (atNextItem || it.value) {
                start.push(this.sourceToken);
                map.items.push({ start });
                this.onKeyLine = true;
              } else if (it.sep) {
                it.sep.push(this.sourceToken);
              } else {
                it.start.push(this.sourceToken);
              }
              return;
            case "explicit-key-ind":
              if (!it.sep && !it.explicitKey) {
                it.start.push(this.sourceToken);
                it.explicitKey = true;
              } else if (atNextItem || it.value) {
                start.push(this.sourceToken);
                map.items.push({ start, explicitKey: true });
              } else {
                this.stack.push({
                  type: "block-map",
                  offset: this.offset,
                  indent: this.indent,
                  items: [{ start: [this.sourceToken], explicitKey: true }]
                });
              }
              this.onKeyLine = true;
              return;
            case "map-value-ind":
              if (it.explicitKey) {
                if (!it.sep) {
                  if (includesToken(it.start, "newline")) {
                    Object.assign(it, { key: null, sep: [this.sourceToken] });
                  } else {
                    const start2 = getFirstKeyStartProps(it.start);
                    this.stack.push({
                      type: "block-map",
                      offset: this.offset,
                      indent: this.indent,
                      items: [{ start: start2, key: null, sep: [this.sourceToken] }]
                    });
                  }
                } else if (it.value) {
                  map.items.push({ start: [], key: null, sep: [this.sourceToken] });
                } else if (includesToken(it.sep, "map-value-ind")) {
                  this.stack.push({
                    type: "block-map",
                    offset: this.offset,
                    indent: this.indent,
                    items: [{ start, key: null, sep: [this.sourceToken] }]
                  });
                } else if (isFlowToken(it.key) && !includesToken(it.sep, "newline")) {
                  const start2 = getFirstKeyStartProps(it.start);
                  const key = it.key;
                  const sep = it.sep;
                  sep.push(this.sourceToken);
                  delete it.key;
                  delete it.sep;
                  this.stack.push({
                    type: "block-map",
                    offset: this.offset,
                    indent: this.indent,
                    items: [{ start: start2, key, sep }]
                  });
                } else if (start.length > 0) {
                  it.sep = it.sep.concat(start, this.sourceToken);
                } else {
                  it.sep.push(this.sourceToken);
                }
              } else {
                if (!it.sep) {
                  Object.assign(it, { key: null, sep: [this.sourceToken] });
                } else if (it.value || atNextItem) {
                  map.items.push({ start, key: null, sep: [this.sourceToken] });
                } else if (includesToken(it.sep, "map-value-ind")) {
                  this.stack.push({
                    type: "block-map",
                    offset: this.offset,
                    indent: this.indent,
                    items: [{ start: [], key: null, sep: [this.sourceToken] }]
                  });
                } else {
                  it.sep.push(this.sourceToken);
                }
              }
              this.onKeyLine = true;
              return;
            case "alias":
            case "scalar":
            case "single-quoted-scalar":
            case "double-quoted-scalar": {
              const fs = this.flowScalar(this.type);
              if (atNextItem || it.value) {
                map.items.push({ start, key: fs, sep: [] });
                this.onKeyLine = true;
              } else if (it.sep) {
                this.stack.push(fs);
              } else {
                Object.assign(it, { key: fs, sep: [] });
                this.onKeyLine = true;
              }
              return;
            }
            default: {
              const bv = this.startBlockValue(map);
              if (bv) {
                if (bv.type === "block-seq") {
                  if (!it.explicitKey && it.sep && !includesToken(it.sep, "newline")) {
                    yield* this.pop({
                      type: "error",
                      offset: this.offset,
                      message: "Unexpected block-seq-ind on same line with key",
                      source: this.source
                    });
                    return;
                  }
                } else if (atMapIndent) {
                  map.items.push({ start });
                }
                this.stack.push(bv);
                return;
              }
            }
          }
        }
        yield* this.pop();
        yield* this.step();
      }
      *blockSequence(seq) {
        const it = seq.items[seq.items.length - 1];
        switch (this.type) {
          case "newline":
            if (it.value) {
              const end = "end" in it.value ? it.value.end : void 0;
              const last = Array.isArray(end) ? end[end.length - 1] : void 0;
              if (last?.type === "comment")
                end?.push(this.sourceToken);
              else
                seq.items.push({ start: [this.sourceToken] });
            } else
              it.start.push(this.sourceToken);
            return;
          case "space":
          case "comment":
            if (it.value)
              seq.items.push({ start: [this.sourceToken] });
            else {
              if (this.atIndentedComment(it.start, seq.indent)) {
                const prev = seq.items[seq.items.length - 2];
                const end = prev?.value?.end;
                if (Array.isArray(end)) {
                  arrayPushArray(end, it.start);
                  end.push(this.sourceToken);
                  seq.items.pop();
                  return;
                }
              }
              it.start.push(this.sourceToken);
            }
            return;
          case "anchor":
          case "tag":
            if (it.value || this.indent <= seq.indent)
              break;
            it.start.push(this.sourceToken);
            return;
          case "seq-item-ind":
            if (this.indent !== seq.indent)
              break;
            if (it.value || includesToken(it.start, "seq-item-ind"))
              seq.items.push({ start: [this.sourceToken] });
            else
              it.start.push(this.sourceToken);
            return;
        }
        if (this.indent > seq.indent) {
          const bv = this.startBlockValue(seq);
          if (bv) {
            this.stack.push(bv);
            return;
          }
        }
        yield* this.pop();
        yield* this.step();
      }
      *flowCollection(fc) {
        const it = fc.items[fc.items.length - 1];
        if (this.type === "flow-error-end") {
          let top;
          do {
            yield* this.pop();
            top = this.peek(1);
          } while (top?.type === "flow-collection");
        } else if (fc.end.length === 0) {
          switch (this.type) {
            case "comma":
            case "explicit-key-ind":
              if (!it || it.sep)
                fc.items.push({ start: [this.sourceToken] });
              else
                it.start.push(this.sourceToken);
              return;
            case "map-value-ind":
              if (!it || it.value)
                fc.items.push({ start: [], key: null, sep: [this.sourceToken] });
              else if (it.sep)
                it.sep.push(this.sourceToken);
              else
                Object.assign(it, { key: null, sep: [this.sourceToken] });
              return;
            case "space":
            case "comment":
            case "newline":
            case "anchor":
            case "tag":
              if (!it || it.value)
                fc.items.push({ start: [this.sourceToken] });
              else if (it.sep)
                it.sep.push(this.sourceToken);
              else
                it.start.push(this.sourceToken);
              return;
            case "alias":
            case "scalar":
            case "single-quoted-scalar":
            case "double-quoted-scalar": {
              const fs = this.flowScalar(this.type);
              if (!it || it.value)
                fc.items.push({ start: [], key: fs, sep: [] });
              else if (it.sep)
                this.stack.push(fs);
              else
                Object.assign(it, { key: fs, sep: [] });
              return;
            }
            case "flow-map-end":
            case "flow-seq-end":
              fc.end.push(this.sourceToken);
              return;
          }
          const bv = this.startBlockValue(fc);
          if (bv)
            this.stack.push(bv);
          else {
            yield* this.pop();
            yield* this.step();
          }
        } else {
          const parent = this.peek(2);
          if (parent.type === "block-map" && (this.type === "map-value-ind" && parent.indent === fc.indent || this.type === "newline" && !parent.items[parent.items.length - 1].sep)) {
            yield* this.pop();
            yield* this.step();
          } else if (this.type === "map-value-ind" && parent.type !== "flow-collection") {
            const prev = getPrevProps(parent);
            const start = getFirstKeyStartProps(prev);
            fixFlowSeqItems(fc);
            const sep = fc.end.splice(1, fc.end.length);
            sep.push(this.sourceToken);
            const map = {
              type: "block-map",
              offset: fc.offset,
              indent: fc.indent,
              items: [{ start, key: fc, sep }]
            };
            this.onKeyLine = true;
            this.stack[this.stack.length - 1] = map;
          } else {
            yield* this.lineEnd(fc);
          }
        }
      }
      flowScalar(type) {
        if (this.onNewLine) {
          let nl = this.source.indexOf("\n") + 1;
          while (nl !== 0) {
            this.onNewLine(this.offset + nl);
            nl = this.source.indexOf("\n", nl) + 1;
          }
        }
        return {
          type,
          offset: this.offset,
          indent: this.indent,
          source: this.source
        };
      }
      startBlockValue(parent) {
        switch (this.type) {
          case "alias":
          case "scalar":
          case "single-quoted-scalar":
          case "double-quoted-scalar":
            return this.flowScalar(this.type);
          case "block-scalar-header":
            return {
              type: "block-scalar",
              offset: this.offset,
              indent: this.indent,
              props: [this.sourceToken],
              source: ""
            };
          case "flow-map-start":
          case "flow-seq-start":
            return {
              type: "flow-collection",
              offset: this.offset,
              indent: this.indent,
              start: this.sourceToken,
              items: [],
              end: []
            };
          case "seq-item-ind":
            return {
              type: "block-seq",
              offset: this.offset,
              indent: this.indent,
              items: [{ start: [this.sourceToken] }]
            };
          case "explicit-key-ind": {
            this.onKeyLine = true;
            const prev = getPrevProps(parent);
            const start = getFirstKeyStartProps(prev);
            start.push(this.sourceToken);
            return {
              type: "block-map",
              offset: this.offset,
              indent: this.indent,
              items: [{ start, explicitKey: true }]
            };
          }
          case "map-value-ind": {
            this.onKeyLine = true;
            const prev = getPrevProps(parent);
            const start = getFirstKeyStartProps(prev);
            return {
              type: "block-map",
              offset: this.offset,
              indent: this.indent,
              items: [{ start, key: null, sep: [this.sourceToken] }]
            };
          }
        }
        return null;
      }
      atIndentedComment(start, indent) {
        if (this.type !== "comment")
          return false;
        if (this.indent <= indent)
          return false;
        return start.every((st) => st.type === "newline" || st.type === "space");
      }
      *documentEnd(docEnd) {
        if (this.type !== "doc-mode") {
          if (docEnd.end)
            docEnd.end.push(this.sourceToken);
          else
            docEnd.end = [this.sourceToken];
          if (this.type === "newline")
            yield* this.pop();
        }
      }
      *lineEnd(token) {
        switch (this.type) {
          case "comma":
          case "doc-start":
          case "doc-end":
          case "flow-seq-end":
          case "flow-map-end":
          case "map-value-ind":
            yield* this.pop();
            yield* this.step();
            break;
          case "newline":
            this.onKeyLine = false;
          // fallthrough
          case "space":
          case "comment":
          default:
            if (token.end)
              token.end.push(this.sourceToken);
            else
              token.end = [this.sourceToken];
            if (this.type === "newline")
              yield* this.pop();
        }
      }
    };
    exports.Parser = Parser2;
  }
});

// node_modules/yaml/dist/public-api.js
var require_public_api = __commonJS({
  "node_modules/yaml/dist/public-api.js"(exports) {
    "use strict";
    var composer = require_composer();
    var Document = require_Document();
    var errors = require_errors();
    var log = require_log();
    var identity2 = require_identity();
    var lineCounter = require_line_counter();
    var parser = require_parser();
    function parseOptions(options) {
      const prettyErrors = options.prettyErrors !== false;
      const lineCounter$1 = options.lineCounter || prettyErrors && new lineCounter.LineCounter() || null;
      return { lineCounter: lineCounter$1, prettyErrors };
    }
    function parseAllDocuments(source, options = {}) {
      const { lineCounter: lineCounter2, prettyErrors } = parseOptions(options);
      const parser$1 = new parser.Parser(lineCounter2?.addNewLine);
      const composer$1 = new composer.Composer(options);
      const docs = Array.from(composer$1.compose(parser$1.parse(source)));
      if (prettyErrors && lineCounter2)
        for (const doc of docs) {
          doc.errors.forEach(errors.prettifyError(source, lineCounter2));
          doc.warnings.forEach(errors.prettifyError(source, lineCounter2));
        }
      if (docs.length > 0)
        return docs;
      return Object.assign([], { empty: true }, composer$1.streamInfo());
    }
    function parseDocument2(source, options = {}) {
      const { lineCounter: lineCounter2, prettyErrors } = parseOptions(options);
      const parser$1 = new parser.Parser(lineCounter2?.addNewLine);
      const composer$1 = new composer.Composer(options);
      let doc = null;
      for (const _doc of composer$1.compose(parser$1.parse(source), true, source.length)) {
        if (!doc)
          doc = _doc;
        else if (doc.options.logLevel !== "silent") {
          doc.errors.push(new errors.YAMLParseError(_doc.range.slice(0, 2), "MULTIPLE_DOCS", "Source contains multiple documents; please use YAML.parseAllDocuments()"));
          break;
        }
      }
      if (prettyErrors && lineCounter2) {
        doc.errors.forEach(errors.prettifyError(source, lineCounter2));
        doc.warnings.forEach(errors.prettifyError(source, lineCounter2));
      }
      return doc;
    }
    function parse2(src, reviver, options) {
      let _reviver = void 0;
      if (typeof reviver === "function") {
        _reviver = reviver;
      } else if (options === void 0 && reviver && typeof reviver === "object") {
        options = reviver;
      }
      const doc = parseDocument2(src, options);
      if (!doc)
        return null;
      doc.warnings.forEach((warning) => log.warn(doc.options.logLevel, warning));
      if (doc.errors.length > 0) {
        if (doc.options.logLevel !== "silent")
          throw doc.errors[0];
        else
          doc.errors = [];
      }
      return doc.toJS(Object.assign({ reviver: _reviver }, options));
    }
    function stringify(value, replacer, options) {
      let _replacer = null;
      if (typeof replacer === "function" || Array.isArray(replacer)) {
        _replacer = replacer;
      } else if (options === void 0 && replacer) {
        options = replacer;
      }
      if (typeof options === "string")
        options = options.length;
      if (typeof options === "number") {
        const indent = Math.round(options);
        options = indent < 1 ? void 0 : indent > 8 ? { indent: 8 } : { indent };
      }
      if (value === void 0) {
        const { keepUndefined } = options ?? replacer ?? {};
        if (!keepUndefined)
          return void 0;
      }
      if (identity2.isDocument(value) && !_replacer)
        return value.toString(options);
      return new Document.Document(value, _replacer, options).toString(options);
    }
    exports.parse = parse2;
    exports.parseAllDocuments = parseAllDocuments;
    exports.parseDocument = parseDocument2;
    exports.stringify = stringify;
  }
});

// node_modules/yaml/dist/index.js
var require_dist = __commonJS({
  "node_modules/yaml/dist/index.js"(exports) {
    "use strict";
    var composer = require_composer();
    var Document = require_Document();
    var Schema = require_Schema();
    var errors = require_errors();
    var Alias = require_Alias();
    var identity2 = require_identity();
    var Pair = require_Pair();
    var Scalar = require_Scalar();
    var YAMLMap = require_YAMLMap();
    var YAMLSeq = require_YAMLSeq();
    var cst = require_cst();
    var lexer = require_lexer();
    var lineCounter = require_line_counter();
    var parser = require_parser();
    var publicApi = require_public_api();
    var visit2 = require_visit();
    exports.Composer = composer.Composer;
    exports.Document = Document.Document;
    exports.Schema = Schema.Schema;
    exports.YAMLError = errors.YAMLError;
    exports.YAMLParseError = errors.YAMLParseError;
    exports.YAMLWarning = errors.YAMLWarning;
    exports.Alias = Alias.Alias;
    exports.isAlias = identity2.isAlias;
    exports.isCollection = identity2.isCollection;
    exports.isDocument = identity2.isDocument;
    exports.isMap = identity2.isMap;
    exports.isNode = identity2.isNode;
    exports.isPair = identity2.isPair;
    exports.isScalar = identity2.isScalar;
    exports.isSeq = identity2.isSeq;
    exports.Pair = Pair.Pair;
    exports.Scalar = Scalar.Scalar;
    exports.YAMLMap = YAMLMap.YAMLMap;
    exports.YAMLSeq = YAMLSeq.YAMLSeq;
    exports.CST = cst;
    exports.Lexer = lexer.Lexer;
    exports.LineCounter = lineCounter.LineCounter;
    exports.Parser = parser.Parser;
    exports.parse = publicApi.parse;
    exports.parseAllDocuments = publicApi.parseAllDocuments;
    exports.parseDocument = publicApi.parseDocument;
    exports.stringify = publicApi.stringify;
    exports.visit = visit2.visit;
    exports.visitAsync = visit2.visitAsync;
  }
});

// src/detectors/detector.ts
function defineDetector(detector) {
  return detector;
}
function specOf(detector) {
  return { detector: detector.id, metrics: detector.metrics, facts: detector.facts };
}
function runDetector(detector, tables, context) {
  const missing = detector.needs.filter((name) => tables[name] === void 0);
  if (missing.length > 0) return { detector: detector.id, status: "skipped", missing };
  const named = [...detector.needs, ...detector.wants ?? []];
  const visible = Object.fromEntries(named.map((name) => [name, tables[name]]));
  try {
    const observations = detector.detect(visible, context).map((measured3) => ({ detector: detector.id, ...measured3 }));
    return { detector: detector.id, status: "ran", observations };
  } catch (error) {
    return { detector: detector.id, status: "failed", message: error instanceof Error ? error.stack ?? error.message : String(error) };
  }
}

// src/detectors/interval.ts
var Z95 = 1.959964;
var COVERAGE_FACTOR = 1.15;
function wilsonInterval(proportion, count) {
  if (!(count > 0)) return { estimate: clamp(proportion), low: 0, high: 1 };
  const z2 = Z95 * Z95;
  const centre = (proportion + z2 / (2 * count)) / (1 + z2 / count);
  const half = Z95 / (1 + z2 / count) * Math.sqrt(proportion * (1 - proportion) / count + z2 / (4 * count * count));
  return { estimate: clamp(proportion), low: clamp(Math.min(proportion, centre - half)), high: clamp(Math.max(proportion, centre + half)) };
}
function ratioInterval(parts, wholes) {
  const sliceCount = Math.min(parts.length, wholes.length);
  const blockLength = Math.max(1, Math.min(Math.ceil(Math.cbrt(sliceCount) - 1e-9), Math.floor(sliceCount / 8)));
  const blockCount = Math.floor(sliceCount / blockLength);
  const part = new Float64Array(Math.max(1, blockCount));
  const whole = new Float64Array(part.length);
  for (let slice = 0; slice < sliceCount; slice++) {
    const block = Math.min(part.length - 1, Math.floor(slice / blockLength));
    part[block] += parts[slice];
    whole[block] += wholes[slice];
  }
  const total = sum(whole);
  const ratio2 = total > 0 ? sum(part) / total : 0;
  if (blockCount < 2 || !(total > 0)) return { estimate: clamp(ratio2), low: 0, high: 1 };
  let squares = 0;
  for (let block = 0; block < blockCount; block++) squares += (part[block] - ratio2 * whole[block]) ** 2;
  const standardError = Math.sqrt(squares * blockCount / (blockCount - 1)) / total;
  const half = studentQuantile(blockCount - 1) * COVERAGE_FACTOR * standardError;
  return { estimate: clamp(ratio2), low: clamp(ratio2 - half), high: clamp(ratio2 + half) };
}
function scaleInterval({ estimate, low, high }, factor) {
  return { estimate: clamp(estimate * factor), low: clamp(low * factor), high: clamp(high * factor) };
}
function recentre(interval2, estimate) {
  if (interval2.estimate <= 0) return { estimate: clamp(estimate), low: 0, high: clamp(estimate) };
  return scaleInterval(interval2, estimate / interval2.estimate);
}
function studentQuantile(degrees) {
  if (degrees === 1) return 12.706;
  if (degrees === 2) return 4.303;
  const z = Z95;
  return z + (z ** 3 + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) + (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3);
}
function sum(values) {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
function clamp(value) {
  return value > 0 ? Math.min(1, value) : 0;
}

// src/detectors/labels.ts
var MAX_LABEL = 160;
function shorten(name) {
  return name.length <= MAX_LABEL ? name : `${name.slice(0, MAX_LABEL - 1)}\u2026`;
}
function processLabel(process, row) {
  if (row === NONE || row < 0 || row >= process.length) return "unknown process";
  return `${shorten(textAt(process.comm, row) ?? "?")} (pid ${process.pid[row]})`;
}

// src/detectors/series-view.ts
function viewSeries({ series, metric }) {
  const readings = /* @__PURE__ */ new Map();
  const subjects = /* @__PURE__ */ new Map();
  if (series !== void 0 && metric !== void 0) {
    const rows = rowsBySeries(series.length, metric);
    for (let index = 0; index < series.length; index++) {
      const name = textAt(series.name, index);
      const subject = textAt(series.subject, index) ?? "";
      const key = `${name}\0${subject}`;
      if (name === void 0 || rows[index].length === 0 || readings.has(key)) continue;
      readings.set(key, pick(metric, rows[index]));
      const known = subjects.get(name);
      if (known === void 0) subjects.set(name, [subject]);
      else known.push(subject);
    }
  }
  return {
    subjects: (name) => subjects.get(name) ?? [],
    readings: (name, subject = "") => readings.get(`${name}\0${subject}`),
    mean: (name, subject = "") => meanOverTime(readings.get(`${name}\0${subject}`))
  };
}
function meanOverTime(readings) {
  if (readings === void 0) return Number.NaN;
  let weighted = 0;
  let weight = 0;
  let plain2 = 0;
  for (let index = 0; index < readings.values.length; index++) {
    const durationNs = Math.max(0, orZero(readings.durationNs[index]));
    weighted += readings.values[index] * durationNs;
    weight += durationNs;
    plain2 += readings.values[index];
  }
  return weight > 0 ? weighted / weight : plain2 / readings.values.length;
}
function readingAt({ timeNs }, instantNs) {
  let low = 0;
  let high = timeNs.length;
  while (low < high) {
    const middle = low + high >>> 1;
    if (timeNs[middle] < instantNs) low = middle + 1;
    else high = middle;
  }
  return low < timeNs.length ? low : NONE;
}
function orZero(value) {
  return Number.isNaN(value) ? 0 : value;
}
function rowsBySeries(seriesCount, metric) {
  const rows = Array.from({ length: seriesCount }, () => []);
  for (let row = 0; row < metric.length; row++) {
    if (Number.isFinite(metric.value[row])) rows[metric.series[row]]?.push(row);
  }
  return rows;
}
function pick(metric, rows) {
  return {
    timeNs: Float64Array.from(rows, (row) => metric.timeNs[row]),
    durationNs: Float64Array.from(rows, (row) => metric.durationNs[row]),
    values: Float64Array.from(rows, (row) => metric.value[row])
  };
}

// src/detectors/wait-time.ts
var forOthers = /* @__PURE__ */ new Set([
  "futex",
  "pipe",
  "socketReceive",
  "socketSend",
  "message",
  "ioUring"
]);
var waitsForWork = /^(_*pthread_cond_\w*wait|cnd_\w*wait|_*sem_\w*wait|std::(__1::)?condition_variable(_any)?::wait|uv_cond_\w*wait|uv__?sem_wait|runtime\.(stopm|notesleep|notetsleepg?)|Unsafe_Park|parking_lot::condvar)/;
var givesWork = /^(_*pthread_cond_(signal|broadcast)|cnd_(signal|broadcast)|_*sem_post|std::(__1::)?condition_variable(_any)?::notify_|uv_cond_(signal|broadcast)|runtime\.notewakeup|Unsafe_Unpark)/;
function sumWaitTime(tables, { processCount, isMember, durationNs }) {
  const perProcess = new Float64Array(processCount);
  const { wait } = tables;
  let totalNs = 0;
  if (wait === void 0) return { totalNs, perProcess };
  const isLoss = lossWaits(tables, durationNs);
  for (let row = 0; row < wait.length; row++) {
    const process = wait.process[row];
    if (!(wait.ns[row] > 0) || !isMember(process) || !isLoss(row)) continue;
    totalNs += wait.ns[row];
    if (process >= 0 && process < processCount) perProcess[process] += wait.ns[row];
  }
  return { totalNs, perProcess };
}
function lossWaits(tables, durationNs) {
  const { wait } = tables;
  if (wait === void 0) return () => false;
  const idleReason = wait.reason.values.map((reason) => isIdleWait(reason) || reason === "unknown");
  const otherReason = wait.reason.values.map((reason) => forOthers.has(reason));
  const socketReason = wait.reason.values.map((reason) => reason.startsWith("socket") || reason === "ioUring");
  const isParked = stacksWith(tables, waitsForWork);
  const isGiven = stacksWith(tables, givesWork);
  return (row) => {
    const code = wait.reason.codes[row];
    if (code === NONE || idleReason[code]) return false;
    if (!otherReason[code]) return true;
    if (!socketReason[code] && textAt(wait.wakerKind, row) === "interrupt") return false;
    if (wait.open[row] !== 0 || wait.maxNs[row] > durationNs / 4) return false;
    return !isParked(wait.userCallchain[row]) && !isGiven(wait.wakerCallchain[row]);
  };
}
function stacksWith({ callchainStack, stack, frame, symbol }, names) {
  if (callchainStack === void 0 || stack === void 0 || frame === void 0 || symbol === void 0) return () => false;
  const named = new Uint8Array(symbol.length);
  for (let row = 0; row < symbol.length; row++) named[row] = names.test(textAt(symbol.name, row) ?? "") ? 1 : 0;
  const within = new Uint8Array(stack.length);
  for (let row = 0; row < stack.length; row++) {
    const prefix = stack.prefix[row];
    const above = prefix >= 0 && prefix < row ? within[prefix] : 0;
    within[row] = above | (named[frame.symbol[stack.frame[row]]] ?? 0);
  }
  return (callchain) => callchain >= 0 && callchain < callchainStack.length && within[callchainStack.stack[callchain]] === 1;
}

// src/detectors/target-time.ts
var TIME_TABLES = ["sample", "threadTime", "wait", "callchainStack", "stack", "frame", "symbol"];
var measured = /* @__PURE__ */ new WeakMap();
function measureTargetTime(tables, context) {
  const known = measured.get(context);
  if (known !== void 0 && areSame(known.tables, tables)) return known.time;
  const time = addUp(tables, context);
  measured.set(context, { tables, time });
  return time;
}
function areSame(a, b) {
  return a.process === b.process && TIME_TABLES.every((name) => a[name] === b[name]);
}
function addUp(tables, context) {
  const isMember = membership(tables.process, context);
  const { sample, threadTime, process } = tables;
  const sampledOf = sampledTime(process.length, sample, isMember);
  const ledger = threadTime === void 0 ? void 0 : readLedger(process.length, threadTime, isMember);
  const ledgerNs = ledger?.runningNs ?? 0;
  const fromLedger = ledger !== void 0 && ledgerNs >= sampledOf.totalNs;
  const runningNs2 = Math.max(ledgerNs, sampledOf.totalNs);
  const runnableNs = ledger?.runnableNs ?? 0;
  const waits = sumWaitTime(tables, { processCount: process.length, isMember, durationNs: context.durationNs });
  return {
    isMember,
    runningNs: runningNs2,
    runnableNs,
    throttledNs: ledger?.throttledNs ?? 0,
    waitNs: waits.totalNs,
    totalNs: Math.max(runningNs2 + runnableNs + waits.totalNs, context.durationNs / 2),
    runningOf: fromLedger ? ledger.runningOf : sampledOf.perProcess,
    runnableOf: ledger?.runnableOf ?? new Float64Array(process.length),
    throttledOf: ledger?.throttledOf ?? new Float64Array(process.length),
    waitOf: waits.perProcess,
    slices: ledger?.slices
  };
}
function membership(process, { target }) {
  if (target.kind === "machine") {
    return (row) => row === NONE || row >= 0 && row < process.length && process.role[row] !== ProcessRole.Autotune;
  }
  return (row) => row >= 0 && row < process.length && process.role[row] === ProcessRole.Target;
}
function sampledTime(processCount, sample, isMember) {
  const perProcess = new Float64Array(processCount);
  let totalNs = 0;
  for (let row = 0; row < (sample?.length ?? 0); row++) {
    const process = sample?.process[row] ?? NONE;
    const weightNs = sample?.weightNs[row] ?? 0;
    if (!isMember(process) || !(weightNs > 0)) continue;
    totalNs += weightNs;
    if (process !== NONE) perProcess[process] += weightNs;
  }
  return { perProcess, totalNs };
}
function readLedger(processCount, threadTime, isMember) {
  const { sliceOf, timeNs, durationNs } = sliceIndex(threadTime);
  const slices = { timeNs, durationNs, runningNs: new Float64Array(timeNs.length), runnableNs: new Float64Array(timeNs.length) };
  const [runningOf, runnableOf, throttledOf] = [0, 1, 2].map(() => new Float64Array(processCount));
  const total = { runningNs: 0, runnableNs: 0, throttledNs: 0 };
  for (let row = 0; row < threadTime.length; row++) {
    const process = threadTime.process[row];
    const ns = threadTime.ns[row];
    if (!isMember(process) || !(ns > 0)) continue;
    const state = threadTime.state[row];
    if (state === ThreadState.Running) {
      total.runningNs += ns;
      slices.runningNs[sliceOf[row]] += ns;
      if (process !== NONE) runningOf[process] += ns;
    } else if (isQueued(state)) {
      total.runnableNs += ns;
      slices.runnableNs[sliceOf[row]] += ns;
      if (process !== NONE) runnableOf[process] += ns;
      if (state !== ThreadState.Throttled) continue;
      total.throttledNs += ns;
      if (process !== NONE) throttledOf[process] += ns;
    }
  }
  return { slices, runningOf, runnableOf, throttledOf, ...total };
}
function isQueued(state) {
  return state === ThreadState.Runnable || state === ThreadState.Preempted || state === ThreadState.Throttled;
}
function sliceIndex(threadTime) {
  const scans = scanEnds(threadTime);
  const sliceOf = Int32Array.from({ length: threadTime.length }, (_, row) => firstFrom(scans, endOf(threadTime, row)));
  const begin = new Float64Array(scans.length).fill(Number.POSITIVE_INFINITY);
  for (let row = 0; row < threadTime.length; row++) begin[sliceOf[row]] = Math.min(begin[sliceOf[row]], threadTime.timeNs[row]);
  const timeNs = begin.map((start, index) => Math.max(start, index === 0 ? Number.NEGATIVE_INFINITY : scans[index - 1]));
  return { sliceOf, timeNs, durationNs: timeNs.map((time, index) => scans[index] - time) };
}
function scanEnds(threadTime) {
  const starts = /* @__PURE__ */ new Set();
  const order = Array.from({ length: threadTime.length }, (_, row) => [startOf(threadTime, row), endOf(threadTime, row)]);
  for (const [start] of order) starts.add(start);
  order.sort((a, b) => a[0] - b[0]);
  const ends = Float64Array.from(new Set(order.map(([, end]) => end))).sort();
  let next = 0;
  let reachesTo = Number.NEGATIVE_INFINITY;
  return ends.filter((end) => {
    for (; next < order.length && order[next][0] < end; next++) reachesTo = Math.max(reachesTo, order[next][1]);
    return starts.has(end) || reachesTo <= end;
  });
}
function firstFrom(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = low + high >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
function startOf({ timeNs }, row) {
  return Math.round(timeNs[row] / 1e3) * 1e3;
}
function endOf({ timeNs, durationNs }, row) {
  return Math.round((timeNs[row] + durationNs[row]) / 1e3) * 1e3;
}

// src/detectors/throttling.ts
function throttledCgroups(input) {
  const { series } = input;
  const cgroups = [];
  for (const path of series.subjects("cgroup.throttledCpus")) {
    const throttledCpus = series.mean("cgroup.throttledCpus", path);
    if (!(throttledCpus > 0)) continue;
    const usedCpus = series.mean("cgroup.cpuUsageCpus", path);
    const ratio2 = usedCpus >= 0 ? throttledCpus / (throttledCpus + usedCpus) : Number.NaN;
    const throttledNs = lostThreadTime(input, path, throttledCpus);
    if (throttledNs > 0) cgroups.push({ path, throttledNs, ratio: ratio2 });
  }
  return cgroups.sort((a, b) => b.throttledNs - a.throttledNs || (a.path < b.path ? -1 : 1));
}
function totalThrottledNs(cgroups, { slices, runnableNs, throttledNs }) {
  const ns = Math.max(
    throttledNs,
    cgroups.reduce((sum2, cgroup) => sum2 + cgroup.throttledNs, 0)
  );
  return slices === void 0 ? ns : Math.min(ns, runnableNs);
}
function isWithin(cgroup, ancestor) {
  return ancestor === "/" || cgroup === ancestor || cgroup.startsWith(`${ancestor}/`);
}
function lostThreadTime({ process, time, context }, path, throttledCpus) {
  const cpuNs = throttledCpus * context.durationNs;
  if (time.slices === void 0) return cpuNs;
  let runningNs2 = 0;
  let runnableNs = 0;
  let seenNs = 0;
  for (let row = 0; row < process.length; row++) {
    const cgroup = textAt(process.cgroup, row);
    if (cgroup === void 0 || !time.isMember(row) || !isWithin(cgroup, path)) continue;
    runningNs2 += time.runningOf[row];
    runnableNs += time.runnableOf[row];
    seenNs += time.throttledOf[row];
  }
  const activeNs = runningNs2 + runnableNs;
  if (activeNs === 0) return Math.min(cpuNs, time.runnableNs);
  const cpusInUse = Math.min(context.host.cpuCount, Math.max(activeNs / context.durationNs, throttledCpus));
  return Math.min(runnableNs, Math.max(seenNs, throttledCpus / cpusInUse * activeNs));
}

// src/detectors/cgroup-throttling.ts
var cgroupThrottling = defineDetector({
  id: "cgroup-throttling",
  needs: ["process", "series", "metric"],
  wants: TIME_TABLES,
  metrics: {
    throttledRatio: "Share of the target's time it was held back.",
    throttledCpus: "CPU time held back per second, in the cgroup.",
    usedCpus: "CPU time used per second, in the cgroup.",
    quotaCpus: "CPUs the cgroup may use.",
    throttledPeriodRatio: "Share of the quota periods in which the quota was used up."
  },
  facts: {
    cgroup: "The cgroup with the quota.",
    quota: "Its quota, for people."
  },
  detect(tables, context) {
    const series = viewSeries(tables);
    const time = measureTargetTime(tables, context);
    if (!(time.totalNs > 0)) return [];
    const throttled = throttledCgroups({ process: tables.process, series, time, context });
    if (throttled.length === 0) return quotasAreKnown(tables.process, series, time) ? [nothingThrottled(context)] : [];
    return throttled.map(({ path, throttledNs }) => {
      const totalNs = time.slices === void 0 ? time.totalNs + throttledNs : time.totalNs;
      const name = shorten(path);
      const culprit = { kind: "cgroup", name, share: 1 };
      const share = recentre(spread(series, path, time.slices), throttledNs / totalNs);
      const quotaCpus = series.mean("cgroup.quotaCpus", path);
      return {
        subject: `cgroup ${name}`,
        metrics: {
          throttledRatio: share.estimate,
          throttledCpus: series.mean("cgroup.throttledCpus", path),
          usedCpus: series.mean("cgroup.cpuUsageCpus", path),
          quotaCpus,
          throttledPeriodRatio: series.mean("cgroup.throttledPeriodPerSec", path) / series.mean("cgroup.periodPerSec", path)
        },
        facts: { cgroup: name, quota: formatMetric("quotaCpus", quotaCpus) },
        share,
        culprits: [culprit],
        rows: void 0
      };
    });
  }
});
function quotasAreKnown(process, series, { isMember }) {
  if (series.subjects("cgroup.throttledCpus").length > 0) return true;
  for (let row = 0; row < process.length; row++) if (isMember(row) && textAt(process.cgroup, row) !== void 0) return true;
  return false;
}
function nothingThrottled({ target }) {
  return {
    subject: describeTarget(target),
    metrics: {
      throttledRatio: 0,
      throttledCpus: 0,
      usedCpus: Number.NaN,
      quotaCpus: Number.NaN,
      throttledPeriodRatio: 0
    },
    facts: { cgroup: "", quota: "" },
    share: { estimate: 0, low: 0, high: 0 },
    culprits: [],
    rows: void 0
  };
}
function spread(series, path, slices) {
  const throttled = series.readings("cgroup.throttledCpus", path)?.values ?? new Float64Array(0);
  if (slices !== void 0 && slices.timeNs.length >= throttled.length) {
    return ratioInterval(
      slices.runnableNs,
      slices.runnableNs.map((ns, slice) => ns + slices.runningNs[slice])
    );
  }
  const used = series.readings("cgroup.cpuUsageCpus", path)?.values;
  return ratioInterval(
    throttled,
    throttled.map((cpus, reading) => used === void 0 ? Math.max(1, cpus) : cpus + (used[reading] ?? 0))
  );
}

// src/detectors/tally.ts
var Tally = class {
  #nsOf = /* @__PURE__ */ new Map();
  total = 0;
  get size() {
    return this.#nsOf.size;
  }
  add(key, ns) {
    if (!(ns > 0)) return;
    this.#nsOf.set(key, (this.#nsOf.get(key) ?? 0) + ns);
    this.total += ns;
  }
  /** The one with most time, the smaller key among equals; NONE and 0 when there is nothing. */
  largest() {
    let largest2 = { key: NONE, ns: 0 };
    for (const [key, ns] of this.#nsOf) {
      if (ns > largest2.ns || ns === largest2.ns && key < largest2.key) largest2 = { key, ns };
    }
    return largest2;
  }
  /** Everybody, most time first. */
  sorted() {
    return [...this.#nsOf].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  }
};

// src/detectors/run-queue.ts
function divideRunQueue(input) {
  const { tables, series, time, context } = input;
  const { slices } = time;
  if (slices === void 0) return void 0;
  const throttledNs = totalThrottledNs(throttledCgroups({ process: tables.process, series, time, context }), time);
  const throttledRatio = time.runnableNs > 0 ? throttledNs / time.runnableNs : 0;
  const others = context.target.kind === "machine" ? void 0 : timeOfOthers(tables, time, slices);
  const behind = context.target.kind === "machine" ? void 0 : findOccupants(tables, time, slices);
  const competitorNs = new Float64Array(slices.timeNs.length);
  const ownQueueNs = new Float64Array(slices.timeNs.length);
  for (let slice = 0; slice < slices.timeNs.length; slice++) {
    const queuedNs = slices.runnableNs[slice] * (1 - throttledRatio);
    const ratio2 = behind?.ratioAt(slice) ?? (others === void 0 ? 0 : competitorRatio(slices, slice, others));
    competitorNs[slice] = queuedNs * ratio2;
    ownQueueNs[slice] = queuedNs * (1 - ratio2);
  }
  return { slices, competitorNs, ownQueueNs, throttledRatio, competitors: weighCompetitors(others?.byProcess, behind?.byProcess) };
}
function findOccupants({ process, runQueue, thread }, { isMember }, slices) {
  if (runQueue === void 0 || thread === void 0) return void 0;
  const processOf = /* @__PURE__ */ new Map();
  for (let row = 0; row < thread.length; row++) processOf.set(thread.tid[row], thread.process[row]);
  const allNs = new Float64Array(slices.timeNs.length);
  const othersNs = new Float64Array(slices.timeNs.length);
  const byProcess = new Tally();
  for (let row = 0; row < runQueue.length; row++) {
    const slice = sliceAt(slices, runQueue.timeNs[row] + runQueue.durationNs[row] / 2);
    if (slice === NONE || !isMember(runQueue.process[row]) || textAt(runQueue.reason, row) === "throttled") continue;
    allNs[slice] += runQueue.ns[row];
    const occupant = processOf.get(runQueue.occupantTid[row]);
    if (occupant === void 0 || isMember(occupant) || isAutotune(process, occupant)) continue;
    othersNs[slice] += runQueue.ns[row];
    byProcess.add(occupant, runQueue.ns[row]);
  }
  return { ratioAt: (slice) => allNs[slice] > 0 ? othersNs[slice] / allNs[slice] : void 0, byProcess };
}
function weighCompetitors(sampled = new Tally(), behind = new Tally()) {
  if (behind.total === 0) return sampled;
  const weighed = new Tally();
  const factor = sampled.total > 0 ? sampled.total / behind.total : 1;
  for (const [row, ns] of behind.sorted()) weighed.add(row, ns * factor);
  return weighed;
}
function competitorRatio({ runningNs: runningNs2, runnableNs, durationNs }, slice, { otherNs, autotuneNs }) {
  const activeThreads = durationNs[slice] > 0 ? (runningNs2[slice] + runnableNs[slice]) / durationNs[slice] : 1;
  const ownNs = runningNs2[slice] * Math.max(0, 1 - 1 / activeThreads);
  const blockingNs = otherNs[slice] + autotuneNs[slice] + ownNs;
  return blockingNs > 0 ? otherNs[slice] / blockingNs : 0;
}
function timeOfOthers({ process, sample }, time, slices) {
  if (sample === void 0) return void 0;
  const otherNs = new Float64Array(slices.timeNs.length);
  const autotuneNs = new Float64Array(slices.timeNs.length);
  const byProcess = new Tally();
  for (let row = 0; row < sample.length; row++) {
    const processRow = sample.process[row];
    const slice = sliceAt(slices, sample.timeNs[row]);
    if (slice === NONE || time.isMember(processRow) || !(sample.weightNs[row] > 0)) continue;
    if (isAutotune(process, processRow)) autotuneNs[slice] += sample.weightNs[row];
    else {
      otherNs[slice] += sample.weightNs[row];
      if (slices.runnableNs[slice] > 0) byProcess.add(processRow, sample.weightNs[row]);
    }
  }
  return { otherNs, autotuneNs, byProcess };
}
function isAutotune(process, row) {
  return row >= 0 && process.role[row] === ProcessRole.Autotune;
}
function sliceAt({ timeNs, durationNs }, instantNs) {
  let low = 0;
  let high = timeNs.length;
  while (low < high) {
    const middle = low + high >>> 1;
    if (timeNs[middle] <= instantNs) low = middle + 1;
    else high = middle;
  }
  const slice = low - 1;
  return slice >= 0 && instantNs < timeNs[slice] + durationNs[slice] ? slice : NONE;
}

// src/detectors/competitor.ts
var MAX_CULPRITS = 3;
var competitor = defineDetector({
  id: "competitor",
  applies: ({ target }) => target.kind !== "machine",
  needs: ["process", "sample", "threadTime"],
  wants: [...TIME_TABLES, "series", "metric", "runQueue", "thread"],
  metrics: {
    waitingRatio: "Share of the target's time it waited for a CPU that other processes had.",
    runnableRatio: "Share of the target's time it waited for a CPU, whatever the reason.",
    competitorCpus: "CPU time the competitors used while the target waited, per second of recording."
  },
  facts: {
    target: "What was diagnosed.",
    competitor: 'Who took most; "several programs" when nobody took half.'
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    if (context.target.kind === "machine" || context.sampling?.scope === "target" || !(time.totalNs > 0)) return [];
    const queue = divideRunQueue({ tables, series: viewSeries(tables), time, context });
    if (queue === void 0) return [];
    const othersNs = queue.competitors.total;
    const culprits = culpritsOf(tables.process, queue.competitors);
    const activeNs = queue.slices.runningNs.map((ns, slice) => ns + queue.slices.runnableNs[slice]);
    const ledgerNs = activeNs.reduce((sum2, ns) => sum2 + ns, 0);
    const share = scaleInterval(ratioInterval(queue.competitorNs, activeNs), ledgerNs / time.totalNs);
    const target = describeTarget(context.target);
    return [
      {
        subject: target,
        metrics: {
          waitingRatio: share.estimate,
          runnableRatio: time.runnableNs / time.totalNs,
          competitorCpus: othersNs / context.durationNs
        },
        facts: { target, competitor: describeCompetitor(culprits) },
        share,
        culprits,
        rows: void 0
      }
    ];
  }
});
function culpritsOf(process, competitors) {
  const programs = /* @__PURE__ */ new Map();
  for (const [row, ns] of competitors.sorted()) {
    const name = row >= 0 && row < process.length ? textAt(process.comm, row) ?? "?" : "";
    const program = programs.get(name) ?? { ns: 0, rows: [] };
    program.ns += ns;
    program.rows.push(row);
    programs.set(name, program);
  }
  return [...programs].sort(([a, { ns: nsA }], [b, { ns: nsB }]) => nsB - nsA || (a < b ? -1 : 1)).slice(0, MAX_CULPRITS).map(([name, { ns, rows }]) => ({
    kind: "process",
    name: rows.length === 1 || name === "" ? processLabel(process, rows[0]) : `${shorten(name)} (${rows.length} processes)`,
    share: ns / competitors.total
  }));
}
function describeCompetitor(culprits) {
  if (culprits.length === 0) return "nobody";
  return culprits[0].share >= 0.5 ? culprits[0].name : "several programs";
}

// src/detectors/call-groups.ts
var namesOf = {
  metadata: `open openat openat2 creat stat lstat fstat newfstatat statx access faccessat faccessat2 readlink readlinkat getdents getdents64
    unlink unlinkat rename renameat renameat2 mkdir mkdirat rmdir link linkat symlink symlinkat mknod mknodat chmod fchmod fchmodat
    chown fchown lchown fchownat utimensat utimes utime futimesat statfs fstatfs getxattr lgetxattr setxattr listxattr truncate
    inotify_add_watch name_to_handle_at open_by_handle_at`,
  mapping: "mmap munmap mremap madvise brk mprotect process_madvise",
  process: "clone clone3 fork vfork execve execveat exit exit_group",
  transfer: "read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2",
  message: "sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg",
  connection: "socket connect accept accept4 bind listen shutdown setsockopt getsockopt getsockname getpeername socketpair",
  durable: "fsync fdatasync sync syncfs sync_file_range msync",
  signal: "rt_sigreturn kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo rt_sigaction rt_sigprocmask sigaltstack timer_settime setitimer",
  closing: "close",
  waiting: "wait4 waitid nanosleep clock_nanosleep pause rt_sigsuspend rt_sigtimedwait restart_syscall"
};
var groupByName = new Map(
  Object.keys(namesOf).flatMap((group) => namesOf[group].split(/\s+/).map((name) => [name, group]))
);
function callGroup(name) {
  return groupByName.get(name) ?? "other";
}
function closesFiles(syscall, isMember) {
  let files = 0;
  let sockets = 0;
  for (let row = 0; row < syscall.length; row++) {
    const name = isMember(syscall.process[row]) ? textAt(syscall.name, row) ?? "" : "";
    if (/^(open|openat|openat2|creat)$/.test(name)) files += syscall.count[row];
    else if (/^(socket|accept|accept4)$/.test(name)) sockets += syscall.count[row];
  }
  return files >= sockets;
}

// src/detectors/named-tally.ts
var NamedTally = class {
  #amountOf = /* @__PURE__ */ new Map();
  total = 0;
  add(name, amount) {
    if (!(amount > 0)) return;
    this.#amountOf.set(name, (this.#amountOf.get(name) ?? 0) + amount);
    this.total += amount;
  }
  /** Most first, by name among equals. */
  sorted() {
    return [...this.#amountOf].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  }
  /** Who has most and its part; undefined when there is nothing. */
  largest() {
    const first = this.sorted().at(0);
    return first === void 0 ? void 0 : { name: first[0], amount: first[1], share: first[1] / this.total };
  }
};

// src/detectors/kernel-events.ts
function sumEvents(kernelEvent, kinds2, include) {
  const byProcess = new Tally();
  const bySubject = new NamedTally();
  let count = 0;
  let ns = 0;
  let first = -1;
  let end = 0;
  for (let row = 0; row < (kernelEvent?.length ?? 0); row++) {
    if (kernelEvent === void 0 || !kinds2.includes(textAt(kernelEvent.kind, row) ?? "") || !include(row)) continue;
    count += kernelEvent.count[row];
    ns += kernelEvent.ns[row];
    byProcess.add(kernelEvent.process[row], kernelEvent.count[row]);
    const subject = textAt(kernelEvent.subject, row);
    if (subject !== void 0) bySubject.add(subject, kernelEvent.count[row]);
    if (first < 0) first = row;
    end = row + 1;
  }
  return { count, ns, byProcess, bySubject, rows: first < 0 ? void 0 : { table: "kernelEvent", first, end } };
}

// src/detectors/culprits.ts
function nameCulprits(blamed, process, byProcess) {
  if (byProcess.total === 0) return [];
  const named = blamed === void 0 ? [] : [{ kind: "function", name: blamed.name, share: blamed.share }];
  return [...named, { kind: "process", name: process, share: byProcess.largest().ns / byProcess.total }];
}

// src/detectors/loss-bins.ts
var BIN_NS = 25e7;
var MIN_BINS = 8;
var MAX_BINS = 400;
var LossBins = class {
  #parts;
  #binNs;
  totalNs = 0;
  constructor(durationNs) {
    const whole = durationNs > 0 ? durationNs : 1;
    const count = Math.max(MIN_BINS, Math.min(MAX_BINS, Math.floor(whole / BIN_NS)));
    this.#parts = new Float64Array(count);
    this.#binNs = whole / count;
  }
  /** Adds ns that were lost between two instants; what lies outside of the recording counts at its edge. */
  add(fromNs, toNs, ns) {
    if (!(ns > 0)) return;
    this.totalNs += ns;
    spreadOver(this.#parts, { from: fromNs / this.#binNs, to: toNs / this.#binNs, ns });
  }
  /** What part of the target's time was lost. */
  share(time) {
    const wholes = this.#parts.map((part) => part + this.#binNs / 2);
    const { timeNs = [], durationNs = [], runningNs: runningNs2 = [], runnableNs = [] } = time.slices ?? {};
    for (let slice = 0; slice < timeNs.length; slice++) {
      const [from, to] = [timeNs[slice] / this.#binNs, (timeNs[slice] + durationNs[slice]) / this.#binNs];
      spreadOver(wholes, { from, to, ns: runningNs2[slice] + runnableNs[slice] });
    }
    const estimate = time.totalNs > 0 ? this.totalNs / time.totalNs : 0;
    return recentre(ratioInterval(this.#parts, wholes), estimate);
  }
};
function spreadOver(bins, span) {
  const from = Math.max(0, Math.min(bins.length, span.from));
  const to = Math.min(bins.length, span.to);
  if (!(to > from)) {
    bins[Math.min(bins.length - 1, Math.floor(from) || 0)] += span.ns;
    return;
  }
  for (let bin = Math.floor(from); bin < to; bin++) {
    bins[bin] += span.ns * (Math.min(to, bin + 1) - Math.max(from, bin)) / (to - from);
  }
}

// src/detectors/blame.ts
function blameNodes(tree) {
  const rankOf = Uint8Array.from(tree.functions, blameRank);
  const blamed = new Int32Array(tree.parent.length);
  for (let node = 0; node < blamed.length; node++) {
    const above = tree.parent[node] === NONE ? NONE : blamed[tree.parent[node]];
    const keepsAbove = above !== NONE && rankOf[tree.functionOf[above]] > rankOf[tree.functionOf[node]];
    blamed[node] = keepsAbove ? above : node;
  }
  return blamed;
}
function blameRank({ ownership, kind, named }) {
  if (kind !== CodeKind.User) return 0;
  const owned = ownership === Ownership.Own || ownership === Ownership.Dependency;
  if (!named) return owned ? 4 : 1;
  if (ownership === Ownership.Own) return 7;
  if (ownership === Ownership.Dependency) return 6;
  if (ownership === Ownership.Unknown) return 5;
  return ownership === Ownership.Runtime ? 3 : 2;
}

// src/detectors/functions.ts
var noFunction = {
  name: "[unknown]",
  module: "[unknown]",
  ownership: Ownership.Unknown,
  kind: CodeKind.User,
  named: false
};
function indexFunctions(frame, symbol) {
  const functions2 = [noFunction];
  const ofFrame = new Int32Array(frame.length);
  const idOf = /* @__PURE__ */ new Map();
  for (let row = 0; row < frame.length; row++) {
    const symbolRow = frame.symbol[row];
    if (symbolRow < 0 || symbolRow >= symbol.length) continue;
    const facts = functionFacts(symbol, symbolRow, frame.kind[row]);
    const key = `${facts.kind}\0${facts.name}\0${facts.module}\0${symbol.path.codes[symbolRow]}`;
    let id = idOf.get(key);
    if (id === void 0) {
      id = functions2.push(facts) - 1;
      idOf.set(key, id);
    }
    ofFrame[row] = id;
  }
  return { functions: functions2, ofFrame };
}
function functionFacts(symbol, row, kind) {
  const symbolName = textAt(symbol.name, row) ?? "[unknown]";
  const module = textAt(symbol.module, row) ?? "[unknown]";
  const named = !symbolName.startsWith("[unknown]");
  const unknown = module === "[unknown]" ? "[unknown]" : `[unknown] in ${module}`;
  return {
    name: shorten(named ? mergeTiers(symbolName) : unknown),
    module: shorten(module),
    ownership: symbol.ownership[row],
    kind,
    named
  };
}
function mergeTiers(name) {
  return name.replace(/^(JS|LazyCompile|Function|Script|Eval):[~^+*](?=.)/, "$1:");
}

// src/detectors/call-tree.ts
var built = /* @__PURE__ */ new WeakMap();
function buildCallTree(tables) {
  const known = built.get(tables.stack);
  if (known !== void 0 && known.frame === tables.frame) return known.tree;
  const tree = mergeStacks(tables);
  built.set(tables.stack, { frame: tables.frame, tree });
  return tree;
}
function mergeStacks({ stack, frame, symbol }) {
  const { functions: functions2, ofFrame } = indexFunctions(frame, symbol);
  const parent = new Int32Array(stack.length);
  const functionOf = new Int32Array(stack.length);
  const nodeOfStack = new Int32Array(stack.length);
  const nodeOf = /* @__PURE__ */ new Map();
  let length = 0;
  for (let row = 0; row < stack.length; row++) {
    const prefix = stack.prefix[row];
    const caller = prefix >= 0 && prefix < row ? nodeOfStack[prefix] : NONE;
    const callee = ofFrame[stack.frame[row]] ?? 0;
    const key = (caller + 1) * functions2.length + callee;
    let node = nodeOf.get(key);
    if (node === void 0) {
      node = length++;
      nodeOf.set(key, node);
      parent[node] = caller;
      functionOf[node] = callee;
    }
    nodeOfStack[row] = node;
  }
  return { functions: functions2, parent: parent.slice(0, length), functionOf: functionOf.slice(0, length), nodeOfStack };
}
function leafOf(tables, tree, sampleRow) {
  const callchain = tables.sample.callchain[sampleRow];
  if (callchain < 0 || callchain >= tables.callchainStack.length) return NONE;
  const row = tables.callchainStack.stack[callchain];
  return row >= 0 && row < tree.nodeOfStack.length ? tree.nodeOfStack[row] : NONE;
}
function weighSamples(tables, tree, include) {
  const { sample } = tables;
  const selfNs = new Float64Array(tree.parent.length);
  let count = 0;
  let ns = 0;
  let squares = 0;
  for (let row = 0; row < sample.length; row++) {
    const weightNs = sample.weightNs[row];
    if (!(weightNs > 0) || !include(row)) continue;
    count++;
    ns += weightNs;
    squares += weightNs * weightNs;
    const leaf = leafOf(tables, tree, row);
    if (leaf !== NONE) selfNs[leaf] += weightNs;
  }
  return { count, ns, effectiveCount: squares > 0 ? ns * ns / squares : 0, selfNs };
}
function addCallees({ parent }, selfNs) {
  const inclusiveNs = selfNs.slice();
  for (let node = parent.length - 1; node >= 0; node--) {
    if (parent[node] !== NONE) inclusiveNs[parent[node]] += inclusiveNs[node];
  }
  return inclusiveNs;
}
function inclusiveTime({ parent, functionOf }, inclusiveNs, functionId) {
  const within = new Uint8Array(parent.length);
  let ns = 0;
  for (let node = 0; node < parent.length; node++) {
    const above = parent[node] !== NONE && within[parent[node]] === 1;
    if (functionOf[node] === functionId && !above) ns += inclusiveNs[node];
    within[node] = above || functionOf[node] === functionId ? 1 : 0;
  }
  return ns;
}
function functionAt({ functions: functions2, functionOf }, node) {
  return functions2[functionOf[node]];
}
function isKernel(tree, node) {
  return functionAt(tree, node).kind === CodeKind.Kernel;
}
function pathText(tree, node) {
  const names = [];
  for (let at = node; at !== NONE; at = tree.parent[at]) {
    const { name } = functionAt(tree, at);
    if (names.at(-1) !== name) names.push(name);
  }
  names.reverse();
  return (names.length <= 8 ? names : [...names.slice(0, 2), "\u2026", ...names.slice(-5)]).join(" \u2192 ");
}

// src/detectors/stack-names.ts
var UNKNOWN_FUNCTION = "unknown function";
function nameCallchains({ callchainStack, stack, frame, symbol }) {
  if (callchainStack === void 0 || stack === void 0 || frame === void 0 || symbol === void 0) return () => void 0;
  const tree = buildCallTree({ stack, frame, symbol });
  const blamed = blameNodes(tree);
  return (callchain) => {
    if (!(callchain >= 0 && callchain < callchainStack.length)) return void 0;
    const row = callchainStack.stack[callchain];
    const node = row >= 0 && row < tree.nodeOfStack.length ? blamed[tree.nodeOfStack[row]] : NONE;
    if (node === NONE) return void 0;
    const { named, kind, name } = functionAt(tree, node);
    return named && kind === CodeKind.User ? name : void 0;
  };
}

// src/detectors/lost-waits.ts
function reasonAt(wait, row) {
  return textAt(wait.reason, row) ?? "unknown";
}
function sumLostWaits(input, select, portion) {
  const { tables, time, context } = input;
  const { wait } = tables;
  const bins = new LossBins(context.durationNs);
  const byChain = new Tally();
  const byProcess = new Tally();
  const bySyscall = new NamedTally();
  let count = 0;
  let maxNs = 0;
  let first = wait.length;
  let end = 0;
  for (let row = 0; row < wait.length; row++) {
    if (!time.isMember(wait.process[row]) || !(wait.ns[row] > 0) || !select(row)) continue;
    const ns = portion === void 0 ? wait.ns[row] : Math.min(wait.ns[row], portion(row));
    if (!(ns > 0)) continue;
    const endNs = wait.timeNs[row] + wait.durationNs[row];
    bins.add(endNs - Math.max(wait.durationNs[row], wait.maxNs[row]), endNs, ns);
    byChain.add(wait.userCallchain[row], ns);
    byProcess.add(wait.process[row], ns);
    bySyscall.add(textAt(wait.syscall, row) ?? "page fault", ns);
    count += wait.count[row];
    maxNs = Math.max(maxNs, wait.maxNs[row]);
    first = Math.min(first, row);
    end = row + 1;
  }
  const process = processLabel(tables.process, byProcess.largest().key);
  const blamed = blameChains(tables, byChain);
  return {
    ns: bins.totalNs,
    count,
    maxNs,
    share: bins.share(time),
    process,
    functionName: blamed?.name ?? UNKNOWN_FUNCTION,
    syscall: bySyscall.largest()?.name ?? "none",
    culprits: nameCulprits(blamed, process, byProcess),
    rows: end === 0 ? void 0 : { table: "wait", first, end }
  };
}
function blameChains(tables, byChain) {
  if (byChain.total === 0) return void 0;
  const functionOf = nameCallchains(tables);
  const byFunction = new NamedTally();
  for (const [chain, ns] of byChain.sorted()) {
    const name = functionOf(chain);
    if (name !== void 0) byFunction.add(name, ns);
  }
  return byFunction.largest();
}

// src/detectors/kernel-entry.ts
var INTERRUPT = 1;
var ANY_CALL = 3;
var syscallName = /^(?:__(?:x64|ia32|arm64|riscv|s390x?|se)_(?:compat_)?sys_|ksys_|__sys_|do_sys_)(\w+)$/;
var pageFault = /^(?:asm_exc_page_fault|exc_page_fault|do_user_addr_fault|do_page_fault|do_mem_abort)$/;
var anyCall = /^(?:entry_SYSCALL_64\w*|do_syscall_64|x64_sys_call|el0t?_64_sync(?:_handler)?|el0_svc(?:_common|_handler)?|do_el0_svc|invoke_syscall)$/;
var interrupt = /^(?:asm_sysvec_\w+|sysvec_\w+|asm_common_interrupt|common_interrupt|asm_\w+_interrupt|irq_exit_rcu|__irq_exit_rcu|handle_softirqs|__do_softirq|el[01]t?h?_64_irq(?:_handler)?)$/;
function findKernelEntries({ functions: functions2, functionOf, parent }) {
  const names = ["kernel", "interrupt", "page fault", "system calls"];
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const entryOfFunction = functions2.map(({ name, kind }) => {
    if (kind !== CodeKind.Kernel) return NONE;
    const entry = entryName(name);
    if (entry === void 0) return 0;
    const known = indexOf.get(entry);
    if (known !== void 0) return known;
    indexOf.set(entry, names.length);
    return names.push(entry) - 1;
  });
  const entryOf = new Int32Array(parent.length);
  for (let node = 0; node < parent.length; node++) {
    const own = entryOfFunction[functionOf[node]];
    const above = parent[node] === NONE ? NONE : entryOf[parent[node]];
    entryOf[node] = own === 0 && above > 0 ? above : own;
  }
  return { entryOf, names };
}
function shareAnyCall(byEntry) {
  const isCall = (entry) => entry > ANY_CALL;
  const entries = byEntry.sorted();
  const callNs = entries.reduce((sum2, [entry, ns]) => isCall(entry) ? sum2 + ns : sum2, 0);
  const anyNs = entries.find(([entry]) => entry === ANY_CALL)?.[1] ?? 0;
  if (callNs === 0 || callNs < anyNs) return byEntry;
  const shared = new Tally();
  for (const [entry, ns] of entries) if (entry !== ANY_CALL) shared.add(entry, isCall(entry) ? ns * (1 + anyNs / callNs) : ns);
  return shared;
}
function entryName(functionName) {
  const call = syscallName.exec(functionName);
  if (call !== null) return `${call[1]}()`;
  if (pageFault.test(functionName)) return "page fault";
  if (anyCall.test(functionName)) return "system calls";
  return interrupt.test(functionName) ? "interrupt" : void 0;
}

// src/detectors/kernel-work.ts
var MIN_SAMPLES = 20;
function sampleKernelWork(input) {
  const { sample, callchainStack, stack, frame, symbol } = input.tables;
  if (!sample || !callchainStack || !stack || !frame || !symbol || input.context.sampling?.kernel !== true) return void 0;
  const include = input.include ?? input.time.isMember;
  const tree = buildCallTree({ stack, frame, symbol });
  const total = weighSamples({ sample, callchainStack }, tree, (row) => include(sample.process[row]));
  if (total.effectiveCount < MIN_SAMPLES) return void 0;
  const { entryOf, names } = findKernelEntries(tree);
  const blamed = blameNodes(tree);
  const add = (select) => {
    const callers = new NamedTally();
    let ns = 0;
    for (let node = 0; node < entryOf.length; node++) {
      if (total.selfNs[node] === 0 || entryOf[node] === NONE || entryOf[node] === INTERRUPT || !select(node)) continue;
      ns += total.selfNs[node];
      const { named, kind, name } = functionAt(tree, blamed[node]);
      if (named && kind === CodeKind.User) callers.add(name, total.selfNs[node]);
    }
    return { ns, caller: callers.largest() };
  };
  return {
    totalNs: add(() => true).ns,
    sampleCount: total.effectiveCount,
    of: (matches) => {
      const chosen = names.map(matches);
      return add((node) => chosen[entryOf[node]]);
    },
    within: (matches) => {
      const chosen = tree.functions.map(({ name }) => matches(name));
      const inside = new Uint8Array(tree.parent.length);
      for (let node = 0; node < inside.length; node++) {
        const above = tree.parent[node] === NONE ? 0 : inside[tree.parent[node]];
        inside[node] = above === 1 || isKernel(tree, node) && chosen[tree.functionOf[node]] ? 1 : 0;
      }
      return add((node) => inside[node] === 1);
    }
  };
}

// src/detectors/system-calls.ts
var WAY_IN = "system calls";
function sumCalls(input, include) {
  const { tables, time, context } = input;
  const { syscall } = tables;
  const members = (row) => time.isMember(syscall.process[row]) && include(nameAt(syscall, row));
  const rate = cpuPerNs(input, members);
  const byCall = new NamedTally();
  const byThread = new Tally();
  const byProcess = new Tally();
  const total = { count: 0, errorCount: 0, resultSum: 0 };
  const parts = [];
  for (let row = 0; row < syscall.length; row++) {
    if (!members(row)) continue;
    const name = nameAt(syscall, row);
    const ns = Math.max(0, syscall.ns[row]) * (rate.get(name) ?? 1);
    byCall.add(name, ns);
    byThread.add(syscall.tid[row], ns);
    byProcess.add(syscall.process[row], ns);
    total.count += syscall.count[row];
    total.errorCount += syscall.errorCount[row];
    total.resultSum += syscall.resultSum[row];
    parts.push([row, ns]);
  }
  const sampled = byCall.total > 0 ? sampleKernelWork(input) : void 0;
  const factor = sampled === void 0 ? 1 : sampledNs(sampled, { tables, time, count: total.count, ns: byCall.total }) / byCall.total;
  const bins = new LossBins(context.durationNs);
  for (const [row, ns] of parts) bins.add(syscall.timeNs[row], syscall.timeNs[row] + syscall.durationNs[row], ns * factor);
  const caller = sampled?.of((entry) => entry === WAY_IN || entry.endsWith("()") && include(entry.slice(0, -2))).caller;
  const process = processLabel(tables.process, byProcess.largest().key);
  const call = byCall.largest();
  return {
    ...total,
    cpuNs: bins.totalNs,
    share: bins.share(time),
    call: call?.name ?? "none",
    callRatio: call?.share ?? 0,
    process,
    thread: byThread.largest().key === NONE ? "none" : `tid ${byThread.largest().key}`,
    functionName: caller?.name ?? UNKNOWN_FUNCTION,
    culprits: nameCulprits(caller, process, byProcess),
    rows: parts.length === 0 ? void 0 : { table: "syscall", first: parts[0][0], end: parts[parts.length - 1][0] + 1 }
  };
}
function sampledNs(sampled, calls) {
  const { syscall } = calls.tables;
  let allCount = 0;
  for (let row = 0; row < syscall.length; row++) if (calls.time.isMember(syscall.process[row])) allCount += syscall.count[row];
  const wayNs = sampled.of((entry) => entry === WAY_IN).ns;
  return Math.min(calls.ns + (allCount > 0 ? wayNs * calls.count / allCount : 0), sampled.totalNs);
}
function nameAt(syscall, row) {
  return textAt(syscall.name, row) ?? "?";
}
function cpuPerNs({ tables, time }, members) {
  const { syscall, wait } = tables;
  const inCall = new NamedTally();
  const waited = new NamedTally();
  for (let row = 0; row < syscall.length; row++) if (members(row)) inCall.add(nameAt(syscall, row), syscall.ns[row]);
  for (let row = 0; row < wait.length; row++) {
    const name = time.isMember(wait.process[row]) ? textAt(wait.syscall, row) : void 0;
    if (name !== void 0) waited.add(name, wait.ns[row]);
  }
  const waitedOf = new Map(waited.sorted());
  return new Map(inCall.sorted().map(([name, ns]) => [name, Math.max(0, 1 - (waitedOf.get(name) ?? 0) / ns)]));
}

// src/detectors/connection-churn.ts
var connectionChurn = defineDetector({
  id: "connection-churn",
  needs: ["process", "syscall", "wait", "kernelEvent"],
  wants: TIME_TABLES,
  metrics: {
    costRatio: "Share of the target's time in calls about connections, and waiting for them.",
    callRatio: "Share of the target's time in the calls.",
    connectWaitRatio: "Share of the target's time waiting for peers to accept.",
    connectPerSec: "TCP connections the target opened.",
    acceptPerSec: "TCP connections accepted on this machine.",
    closePerSec: "TCP connections closed on this machine."
  },
  facts: {
    peer: "The peer connected to most often.",
    call: "The call that took most.",
    functionName: "The function that made most of the calls.",
    process: "The process that made most of the calls."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    if (!(time.totalNs > 0)) return [];
    const { kernelEvent, wait, syscall } = tables;
    const sockets = !closesFiles(syscall, time.isMember);
    const calls = sumCalls({ tables, time, context }, (name) => {
      const group = callGroup(name);
      return group === "connection" || sockets && group === "closing";
    });
    const waits = sumLostWaits({ tables, time, context }, (row) => reasonAt(wait, row) === "connect");
    const connects = sumEvents(kernelEvent, ["connect"], (row) => time.isMember(kernelEvent.process[row]));
    const accepted = sumEvents(kernelEvent, ["accepted"], () => true);
    const closed = sumEvents(kernelEvent, ["closed"], () => true);
    const peer = connects.bySubject.largest();
    const share = recentre(calls.cpuNs >= waits.ns ? calls.share : waits.share, (calls.cpuNs + waits.ns) / time.totalNs);
    const peers = peer === void 0 ? [] : [{ kind: "peer", name: shorten(peer.name), share: peer.share }];
    const perSec = (count) => count * 1e9 / context.durationNs;
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          costRatio: share.estimate,
          callRatio: calls.share.estimate,
          connectWaitRatio: waits.share.estimate,
          connectPerSec: perSec(connects.count),
          acceptPerSec: perSec(accepted.count),
          closePerSec: perSec(closed.count)
        },
        facts: { peer: shorten(peer?.name ?? "nobody"), call: calls.call, functionName: calls.functionName, process: calls.process },
        share,
        culprits: [...peers, ...calls.culprits],
        rows: connects.rows
      }
    ];
  }
});

// src/detectors/cpu-saturation.ts
var cpuSaturation = defineDetector({
  id: "cpu-saturation",
  needs: ["process"],
  wants: [...TIME_TABLES, "series", "metric", "runQueue", "thread"],
  metrics: {
    queuedRatio: "Share of the target's time it waited for a CPU that its own threads had.",
    runnableRatio: "Share of the target's time it waited for a CPU, whatever the reason.",
    runnableThreadsCount: "Threads waiting for a CPU, on average.",
    utilisationRatio: "CPU time used over CPU time there was.",
    queuedUtilisationRatio: "The same, in the moments when threads queued.",
    psiCpuSomeRatio: "Share of time in which some thread of the machine waited for a CPU, throttling included.",
    cpuCount: "CPUs of the machine."
  },
  facts: { target: "What was diagnosed." },
  detect(tables, context) {
    const series = viewSeries(tables);
    const time = measureTargetTime(tables, context);
    if (!(time.totalNs > 0)) return [];
    const queue = divideRunQueue({ tables, series, time, context });
    const psiCpuSomeRatio = series.mean("psi.cpu.someRatio");
    const share = queue === void 0 ? pressureShare(context, series, totalThrottledNs(throttledCgroups({ process: tables.process, series, time, context }), time)) : queueShare(queue, time);
    if (share === void 0) return [];
    const target = describeTarget(context.target);
    return [
      {
        subject: target,
        metrics: {
          queuedRatio: share.estimate,
          runnableRatio: queue === void 0 ? Number.NaN : time.runnableNs / time.totalNs,
          runnableThreadsCount: queue === void 0 ? series.mean("sched.runnableCount") : time.runnableNs / context.durationNs,
          utilisationRatio: 1 - series.mean("cpu.idleRatio") - series.mean("cpu.iowaitRatio"),
          queuedUtilisationRatio: utilisationWhileQueued(series, queue),
          psiCpuSomeRatio,
          cpuCount: context.host.cpuCount
        },
        facts: { target },
        share,
        culprits: [],
        rows: void 0
      }
    ];
  }
});
function queueShare({ ownQueueNs, slices }, time) {
  const activeNs = slices.runningNs.map((ns, slice) => ns + slices.runnableNs[slice]);
  const ledgerNs = activeNs.reduce((sum2, ns) => sum2 + ns, 0);
  return scaleInterval(ratioInterval(ownQueueNs, activeNs), ledgerNs / time.totalNs);
}
function pressureShare({ target, host, durationNs }, series, throttledNs) {
  const pressure = series.readings("psi.cpu.someRatio");
  if (target.kind !== "machine" || pressure === void 0 || !(durationNs > 0)) return void 0;
  const waiting = pressure.values.map((value) => Math.max(0, value - throttledNs / durationNs));
  return ratioInterval(
    waiting,
    waiting.map((value) => value + host.cpuCount)
  );
}
function utilisationWhileQueued(series, queue) {
  const idle2 = series.readings("cpu.idleRatio");
  if (idle2 === void 0) return Number.NaN;
  const queued = queue === void 0 ? pressureAt(series, idle2) : queuedPerReading(queue, idle2);
  const iowait = series.readings("cpu.iowaitRatio");
  let weighted = 0;
  let weight = 0;
  for (let reading = 0; reading < queued.length; reading++) {
    weighted += queued[reading] * (1 - idle2.values[reading] - valueAt(iowait, idle2.timeNs[reading]));
    weight += queued[reading];
  }
  return weight > 0 ? weighted / weight : Number.NaN;
}
function pressureAt(series, { timeNs }) {
  const pressure = series.readings("psi.cpu.someRatio");
  return timeNs.map((time) => valueAt(pressure, time));
}
function queuedPerReading({ slices, ownQueueNs }, readings) {
  const queued = new Float64Array(readings.timeNs.length);
  for (let slice = 0; slice < ownQueueNs.length; slice++) {
    const reading = readingAt(readings, slices.timeNs[slice] + slices.durationNs[slice] / 2);
    if (reading !== NONE) queued[reading] += ownQueueNs[slice];
  }
  return queued;
}
function valueAt(readings, instantNs) {
  const reading = readings === void 0 ? NONE : readingAt(readings, instantNs);
  return readings === void 0 || reading === NONE ? 0 : readings.values[reading];
}

// src/detectors/delayed-ack.ts
var DELAY_NS = 4e7;
var delayedAck = defineDetector({
  id: "delayed-ack",
  needs: ["process", "wait", "latencyBucket"],
  wants: [...TIME_TABLES, "series", "metric"],
  metrics: {
    stallRatio: "Share of the target's time in waits for data of about 40 ms.",
    stallPerSec: "Such waits.",
    delayedAckPerSec: "Acknowledgements the machine held back.",
    stallWaitRatio: "Share of the time waiting for data that was in such waits."
  },
  facts: {
    process: "The process that waited most.",
    functionName: "The function that waited most."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    if (!(time.totalNs > 0)) return [];
    const { wait } = tables;
    const stalls = countStalls(tables.latencyBucket, wait.length);
    const isReceive = (row) => reasonAt(wait, row) === "socketReceive";
    const all = sumLostWaits({ tables, time, context }, isReceive);
    const lost = sumLostWaits({ tables, time, context }, isReceive, (row) => stalls[row] * DELAY_NS);
    let count = 0;
    for (let row = 0; row < wait.length; row++) if (isReceive(row) && time.isMember(wait.process[row])) count += stalls[row];
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          stallRatio: lost.share.estimate,
          stallPerSec: count * 1e9 / context.durationNs,
          delayedAckPerSec: viewSeries(tables).mean("tcp.delayedAckPerSec"),
          stallWaitRatio: all.ns > 0 ? lost.ns / all.ns : 0
        },
        facts: { process: lost.process, functionName: lost.functionName },
        share: lost.share,
        culprits: lost.culprits,
        rows: lost.rows
      }
    ];
  }
});
function countStalls(latencyBucket, waitCount) {
  const stalls = new Float64Array(waitCount);
  for (let row = 0; row < latencyBucket.length; row++) {
    const endNs = latencyBucket.endNs[row];
    const waitRow = latencyBucket.row[row];
    if (textAt(latencyBucket.table, row) !== "wait" || !(waitRow >= 0 && waitRow < waitCount)) continue;
    if (endNs > DELAY_NS && endNs / 2 <= DELAY_NS) stalls[waitRow] += latencyBucket.count[row];
  }
  return stalls;
}

// src/detectors/block-requests.ts
function sumRequests(input, include) {
  const { blockIo, process, time } = input;
  if (blockIo === void 0) return summarize(input, []);
  const own = [];
  const kernel = [];
  for (let row = 0; row < blockIo.length; row++) {
    if (!include(textAt(blockIo.operation, row) ?? "other")) continue;
    const issuer = blockIo.process[row];
    const isKernel2 = issuer !== NONE && process.role[issuer] === ProcessRole.KernelThread;
    if (isKernel2) kernel.push(row);
    else if (time.isMember(issuer)) own.push(row);
  }
  return summarize(input, own.length > 0 ? own : kernel);
}
function summarize({ blockIo, durationNs }, rows) {
  const byDevice = new NamedTally();
  const deviceOf = (row) => blockIo === void 0 ? "" : textAt(blockIo.device, row) ?? "?";
  for (const row of rows) byDevice.add(deviceOf(row), (blockIo?.latencyNs[row] ?? 0) + (blockIo?.queueNs[row] ?? 0));
  const busiest2 = byDevice.largest();
  const sum2 = { count: 0, sizeBytes: 0, latencyNs: 0, queueNs: 0, readNs: 0, randomCount: 0 };
  let deviceNs = 0;
  for (let row = 0; row < (blockIo?.length ?? 0); row++) if (deviceOf(row) === busiest2?.name) deviceNs += blockIo?.latencyNs[row] ?? 0;
  for (const row of rows) {
    if (blockIo === void 0 || deviceOf(row) !== busiest2?.name) continue;
    sum2.count += blockIo.count[row];
    sum2.sizeBytes += blockIo.sizeBytes[row];
    sum2.latencyNs += blockIo.latencyNs[row];
    sum2.queueNs += blockIo.queueNs[row];
    if (textAt(blockIo.operation, row) === "read") sum2.readNs += blockIo.latencyNs[row];
    if (blockIo.sequential[row] === 0) sum2.randomCount += blockIo.count[row];
  }
  return {
    device: busiest2 === void 0 ? "unknown device" : `device ${busiest2.name}`,
    share: busiest2?.share ?? 0,
    count: sum2.count,
    sizeBytes: sum2.sizeBytes,
    latencyNs: sum2.latencyNs / sum2.count,
    queueNs: sum2.queueNs / sum2.count,
    inFlightCount: busiest2 === void 0 ? Number.NaN : deviceNs / durationNs,
    readRatio: sum2.readNs / sum2.latencyNs,
    randomRatio: sum2.randomCount / sum2.count
  };
}

// src/detectors/device-wait.ts
var deviceWait = defineDetector({
  id: "device-wait",
  needs: ["process", "wait", "blockIo"],
  wants: TIME_TABLES,
  metrics: {
    waitRatio: "Share of the target's time it waited for a block device.",
    waitNs: "Mean length of such a wait.",
    longestNs: "The longest.",
    readRatio: "Share of the requests' time that reads took.",
    requestPerSec: "The target's requests to the device.",
    sizeBytes: "Mean size of a request.",
    latencyNs: "Mean time of a request in the device.",
    queueNs: "Mean time of a request before the device got it.",
    inFlightCount: "Requests in the device on average, of everybody."
  },
  facts: {
    device: "The device it waited for most.",
    functionName: "The function that waited most.",
    process: "The process that waited most.",
    call: "The call that most of it was in."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    if (!(time.totalNs > 0)) return [];
    const { wait, blockIo, process } = tables;
    const waits = sumLostWaits({ tables, time, context }, (row) => reasonAt(wait, row) === "blockIo");
    const requests = sumRequests({ process, blockIo, time, durationNs: context.durationNs }, () => true);
    const devices = requests.count > 0 ? [{ kind: "device", name: requests.device, share: requests.share }] : [];
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          waitRatio: waits.share.estimate,
          waitNs: waits.ns / waits.count,
          longestNs: waits.maxNs,
          readRatio: requests.readRatio,
          requestPerSec: requests.count * 1e9 / context.durationNs,
          sizeBytes: requests.sizeBytes / requests.count,
          latencyNs: requests.latencyNs,
          queueNs: requests.queueNs,
          inFlightCount: requests.inFlightCount
        },
        facts: { device: requests.device, functionName: waits.functionName, process: waits.process, call: waits.syscall },
        share: waits.share,
        culprits: waits.ns > 0 ? [...devices, ...waits.culprits] : [],
        rows: waits.rows
      }
    ];
  }
});

// src/detectors/cause-shares.ts
var causeMetrics = {
  computingRatio: "Share of these waits in which whoever was waited for computed.",
  ioRatio: "Share in which it waited for a device, for memory or for a peer.",
  sleepRatio: "Share in which it slept.",
  queuedRatio: "Share in which it was ready to run, but had no CPU.",
  unknownRatio: "Share for which nobody knows."
};
function shareCauses({ ns, causes }) {
  const part = (kinds2) => ns > 0 ? Math.min(1, causes.reduce((sum2, cause) => kinds2.includes(cause.kind) ? sum2 + cause.ns : sum2, 0) / ns) : 0;
  return {
    computingRatio: part(["computing"]),
    ioRatio: part(["device", "memory", "remote"]),
    sleepRatio: part(["sleep", "timer"]),
    queuedRatio: part(["runQueue", "throttled"]),
    unknownRatio: part(["unknown"])
  };
}
var doing = {
  computing: "computes",
  runQueue: "is ready, but has no CPU",
  throttled: "is held back by its CPU quota",
  device: "waits for a device",
  memory: "waits for memory",
  remote: "waits for a peer over the network",
  timer: "waits for a timer",
  sleep: "sleeps",
  idle: "waits for work",
  unknown: "does something that was not seen"
};
function describeCause({ kind, reason }) {
  return kind === "device" && reason !== "" ? `${doing.device} (${reason})` : doing[kind] ?? kind;
}

// src/detectors/thread-groups.ts
var SIMILAR = 0.7;
var MAX_KINDS = 16;
function groupThreads(tables) {
  const threads = profileThreads(tables);
  const kinds2 = /* @__PURE__ */ new Map();
  for (const thread of [...threads.values()].sort((a, b) => a.process - b.process || a.tid - b.tid)) {
    const name = `${thread.process}/${prefixOf(thread.comm ?? "")}`;
    const sameName = kinds2.get(name) ?? [];
    kinds2.set(name, sameName);
    const alike = sameName.find(([first]) => similarity(first.ns, thread.ns) > SIMILAR);
    if (alike !== void 0) alike.push(thread);
    else if (sameName.length < MAX_KINDS) sameName.push([thread]);
    else sameName[MAX_KINDS - 1].push(thread);
  }
  const groups = [...kinds2.values()].flat();
  const indexOf = new Map(groups.flatMap((group, index) => group.map(({ process, tid }) => [threadKey(process, tid), index])));
  return {
    groups: groups.map((group) => ({ process: group[0].process, label: labelOf(group, tables.process), tids: group.map(({ tid }) => tid) })),
    groupOf: (process, tid) => indexOf.get(threadKey(process, tid)) ?? NONE
  };
}
function threadKey(process, tid) {
  return (process + 1) * 4194304 + tid;
}
function profileThreads({ thread, threadTime, wait }) {
  const threads = /* @__PURE__ */ new Map();
  const commOf = /* @__PURE__ */ new Map();
  for (let row = 0; row < (thread?.length ?? 0); row++) {
    if (thread !== void 0) commOf.set(threadKey(thread.process[row], thread.tid[row]), textAt(thread.comm, row));
  }
  const add = (process, tid, what, ns) => {
    const key = threadKey(process, tid);
    const profile = threads.get(key) ?? { process, tid, comm: commOf.get(key), ns: /* @__PURE__ */ new Map() };
    threads.set(key, profile);
    if (ns > 0) profile.ns.set(what, (profile.ns.get(what) ?? 0) + ns);
  };
  for (let row = 0; row < (threadTime?.length ?? 0); row++) {
    if (threadTime === void 0) break;
    const ns = threadTime.state[row] === ThreadState.Running ? threadTime.ns[row] : 0;
    add(threadTime.process[row], threadTime.tid[row], "running", ns);
  }
  for (let row = 0; row < (wait?.length ?? 0); row++) {
    if (wait !== void 0) add(wait.process[row], wait.tid[row], whatOf(wait, row), wait.ns[row]);
  }
  return threads;
}
function whatOf(wait, row) {
  return `${textAt(wait.reason, row)} ${textAt(wait.syscall, row)}`;
}
function similarity(a, b) {
  const [sumA, sumB] = [a, b].map((histogram) => [...histogram.values()].reduce((sum2, ns) => sum2 + ns, 0));
  if (sumA === 0 || sumB === 0) return sumA === sumB ? 1 : 0;
  let overlap = 0;
  for (const [key, ns] of a) overlap += Math.min(ns / sumA, (b.get(key) ?? 0) / sumB);
  return overlap;
}
function prefixOf(comm) {
  return comm.replace(/\d+/g, "").replace(/[\s:_/#.-]+$/, "");
}
function labelOf(group, process) {
  const { comm, tid, process: row } = group[0];
  const name = shorten(comm ?? "thread");
  if (group.length === 1) return `${name} (tid ${tid})`;
  const owner = process === void 0 ? "unknown process" : processLabel(process, row);
  return `${shorten(prefixOf(comm ?? "") || name)} (${group.length} threads) of ${owner}`;
}

// src/detectors/wait-names.ts
var MAX_FRAMES = 24;
function nameWaits(tables) {
  const { callchainStack, stack, frame, symbol, sample } = tables;
  const tree = stack !== void 0 && frame !== void 0 && symbol !== void 0 ? buildCallTree({ stack, frame, symbol }) : void 0;
  const blamed = tree === void 0 ? new Int32Array(0) : blameNodes(tree);
  const commOf = threadNames(tables.thread);
  const nodeOf = (callchain) => {
    if (tree === void 0 || callchainStack === void 0 || callchain < 0 || callchain >= callchainStack.length) return NONE;
    const row = callchainStack.stack[callchain];
    return row >= 0 && row < tree.nodeOfStack.length ? tree.nodeOfStack[row] : NONE;
  };
  const functionOf = (callchain) => {
    const node = nodeOf(callchain);
    if (tree === void 0 || node === NONE || isKernel(tree, blamed[node])) return void 0;
    return functionAt(tree, blamed[node]).name;
  };
  return {
    thread: (process, tid) => `${commOf.get(threadKey(process, tid)) ?? commOfProcess(tables.process, process)} (tid ${tid})`,
    functionOf,
    userFunctions: (callchain) => functionsFrom(tree, nodeOf(callchain), false),
    kernelFunctions: (callchain) => functionsFrom(tree, nodeOf(callchain), true),
    hotFunction(isIncluded) {
      const weights = /* @__PURE__ */ new Map();
      for (let row = 0; row < (sample?.length ?? 0); row++) {
        if (sample === void 0 || !isIncluded(sample.process[row], sample.tid[row])) continue;
        const name = functionOf(sample.callchain[row]);
        if (name !== void 0) weights.set(name, (weights.get(name) ?? 0) + sample.weightNs[row]);
      }
      return heaviest(weights);
    }
  };
}
function heaviest(weights) {
  let found;
  for (const entry of weights) {
    if (found === void 0 || entry[1] > found[1] || entry[1] === found[1] && entry[0] < found[0]) found = entry;
  }
  return found?.[0];
}
function threadNames(thread) {
  const names = /* @__PURE__ */ new Map();
  for (let row = 0; row < (thread?.length ?? 0); row++) {
    const comm = thread === void 0 ? void 0 : textAt(thread.comm, row);
    if (thread !== void 0 && comm !== void 0) names.set(threadKey(thread.process[row], thread.tid[row]), shorten(comm));
  }
  return names;
}
function commOfProcess(process, row) {
  return row >= 0 && row < process.length ? shorten(textAt(process.comm, row) ?? "thread") : "thread";
}
function functionsFrom(tree, leaf, kernel) {
  const names = [];
  for (let node = leaf; tree !== void 0 && node !== NONE && names.length < MAX_FRAMES; node = tree.parent[node]) {
    if (isKernel(tree, node) === kernel) names.push(functionAt(tree, node).name);
  }
  return names;
}
var lockNames = /(mutex|rwlock|spin|rw_?sem\w*|raw)_?(un)?lock|unlock|lll_lock|lock_?(wait|wake|slow|contended)|synchronized|monitor_?(enter|exit)|critical_?section/i;
var otherNames = /cond(ition|var)?_?(timed|clock)?_?(wait|signal|broadcast|notify)|sem_?(timed|clock)?_?(wait|post)|pthread_(timed|clock)?join|barrier|notify_(one|all)|\bpark|unpark|latch|channel|queue_?(pop|push|take)|recv|send/i;
function kindOfWait(wait, row, names) {
  return kindOfStack(names.userFunctions(wait.userCallchain[row])) ?? kindOfStack(names.userFunctions(wait.wakerCallchain[row]));
}
function kindOfStack(functions2) {
  for (const name of functions2.slice(0, 6)) {
    if (otherNames.test(name)) return "other";
    if (lockNames.test(name)) return "lock";
  }
  return void 0;
}

// src/detectors/futex-locks.ts
var PEERS = 0.3;
function findFutexLocks(wait, { graph, rows }, names) {
  const places = /* @__PURE__ */ new Map();
  for (const row of rows) {
    if (textAt(wait.reason, row) !== "futex" || graph.wakerOf[row] === NONE || Number.isNaN(wait.argument[row])) continue;
    if (wait.wakerProcess[row] !== wait.process[row]) continue;
    const key = `${wait.process[row]} ${wait.argument[row]}`;
    const place = places.get(key) ?? { process: wait.process[row], address: wait.argument[row], rows: [], ns: 0 };
    places.set(key, place);
    place.rows.push(row);
    place.ns += wait.ns[row];
  }
  return [...places.values()].filter((place) => {
    const named = namedKind(wait, place.rows, names);
    if (named !== void 0) return named === "lock";
    const twin = `${place.process} ${place.address % 8 < 4 ? place.address + 4 : place.address - 4}`;
    return !places.has(twin) && peerRatio(wait, place.rows) >= PEERS;
  }).sort((a, b) => b.ns - a.ns || a.process - b.process || a.address - b.address);
}
function namedKind(wait, rows, names) {
  let lockNs = 0;
  let otherNs = 0;
  for (const row of rows) {
    const kind = kindOfWait(wait, row, names);
    if (kind === "lock") lockNs += wait.ns[row];
    if (kind === "other") otherNs += wait.ns[row];
  }
  if (lockNs + otherNs === 0) return void 0;
  return lockNs >= otherNs ? "lock" : "other";
}
function peerRatio(wait, rows) {
  const waiters = new Set(rows.map((row) => wait.tid[row]));
  let ns = 0;
  let peerNs = 0;
  for (const row of rows) {
    ns += wait.ns[row];
    if (waiters.has(wait.wakerTid[row])) peerNs += wait.ns[row];
  }
  return ns > 0 ? peerNs / ns : 0;
}

// src/detectors/wait-bins.ts
var MAX_BINS2 = 100;
var MIN_BIN_NS = 1e8;
function binsFor({ durationNs }, context) {
  const lengths = [...durationNs.filter((ns) => ns > 0)].sort((a, b) => a - b);
  const usualNs = lengths.length > 0 ? lengths[lengths.length >> 1] : MIN_BIN_NS;
  const binNs = Math.max(MIN_BIN_NS, Math.round(usualNs / 1e6) * 1e6, context.durationNs / MAX_BINS2);
  return { binNs, count: Math.max(1, Math.min(MAX_BINS2, Math.ceil(context.durationNs / binNs - 1e-6))) };
}
function spreadRow(bins, { timeNs, durationNs, ns, maxNs }, add) {
  if (!(ns > 0)) return;
  const endNs = timeNs + durationNs;
  const startNs = Math.min(timeNs, Math.max(0, endNs - maxNs));
  spread2(bins, { startNs, endNs, ns }, add);
}
function spread2({ binNs, count }, { startNs, endNs, ns }, add) {
  const binAt = (timeNs) => Math.max(0, Math.min(count - 1, Math.floor(timeNs / binNs)));
  const first = binAt(startNs);
  const last = Math.max(first, binAt(endNs - 1));
  const lengthNs = endNs - startNs;
  let restNs = ns;
  for (let bin = first; bin < last; bin++) {
    const part = ns * ((bin + 1) * binNs - Math.max(startNs, bin * binNs)) / lengthNs;
    const partNs = Math.max(0, Math.min(restNs, part));
    add(bin, partNs);
    restNs -= partNs;
  }
  add(last, restNs);
}

// src/detectors/circles.ts
function findCircles(nodeCount, neighboursOf) {
  const circleOf = new Int32Array(nodeCount).fill(-1);
  const orderOf = new Int32Array(nodeCount).fill(-1);
  const lowest = new Int32Array(nodeCount);
  const open = [];
  let order = 0;
  let circles = 0;
  for (let root = 0; root < nodeCount; root++) {
    if (orderOf[root] >= 0) continue;
    const path = [enter(root)];
    while (path.length > 0) {
      const step = path[path.length - 1];
      const { done, value: next } = step.rest.next();
      if (done === true) {
        path.pop();
        if (path.length > 0) lowest[path[path.length - 1].node] = Math.min(lowest[path[path.length - 1].node], lowest[step.node]);
        if (lowest[step.node] === orderOf[step.node]) close(step.node);
      } else if (orderOf[next] < 0) path.push(enter(next));
      else if (circleOf[next] < 0) lowest[step.node] = Math.min(lowest[step.node], orderOf[next]);
    }
  }
  return circleOf;
  function enter(node) {
    orderOf[node] = order;
    lowest[node] = order++;
    open.push(node);
    return { node, rest: neighboursOf(node)[Symbol.iterator]() };
  }
  function close(first) {
    for (let node = open.pop(); node !== void 0; node = open.pop()) {
      circleOf[node] = circles;
      if (node === first) break;
    }
    circles++;
  }
}

// src/detectors/wait-kind.ts
var followed = { idle: false, interrupt: "unknown" };
var idle = { idle: true, interrupt: "idle" };
var device = { idle: false, cause: "device", interrupt: "device" };
var memory = { idle: false, cause: "memory", interrupt: "memory" };
var network = { idle: false, interrupt: "remote" };
var factsOf = {
  futex: { idle: false, interrupt: "timer" },
  kernelLock: followed,
  blockIo: device,
  fsync: device,
  pageFault: device,
  poll: idle,
  socketSend: network,
  socketReceive: network,
  accept: idle,
  connect: network,
  pipe: followed,
  sleep: { idle: true, cause: "sleep", interrupt: "sleep" },
  childWait: idle,
  signalWait: idle,
  fileLock: followed,
  reclaim: memory,
  memoryThrottle: memory,
  writebackThrottle: device,
  ioUring: { idle: false, interrupt: "device" },
  message: { idle: false, interrupt: "timer" },
  stopped: { ...idle, cause: "idle" },
  kernelThread: { ...idle, cause: "idle" },
  unknown: followed
};
function isIdleReason(reason) {
  return factsOf[reason ?? "unknown"]?.idle ?? false;
}
function causeOfWait(reason, wakerKind) {
  const facts = factsOf[reason ?? "unknown"] ?? followed;
  if (facts.cause !== void 0) return facts.cause;
  if (wakerKind === "interrupt") return facts.interrupt;
  return wakerKind === "thread" ? void 0 : "unknown";
}

// src/detectors/wait-graph.ts
function buildWaitGraph(tables, context) {
  const { wait, threadTime } = tables;
  const bins = binsFor(wait, context);
  const builder = new GraphBuilder(bins);
  if (threadTime !== void 0) addLedger(builder, threadTime);
  const ends = addWaits(builder, wait);
  const groups = groupThreads(tables);
  return {
    bins,
    groups,
    groupOf: Int32Array.from(builder.nodes, ({ process, tid }) => groups.groupOf(process, tid)),
    nodes: builder.nodes,
    causes: builder.causes,
    times: builder.times,
    circleOf: findCircles(builder.nodes.length, (node) => builder.needs.get(node) ?? []),
    ...ends
  };
}
var GraphBuilder = class {
  nodes = [];
  causes = [];
  times;
  /** Per node the nodes it needed something of, at any time. */
  needs = /* @__PURE__ */ new Map();
  bins;
  #nodeOf = /* @__PURE__ */ new Map();
  #causeOf = /* @__PURE__ */ new Map();
  constructor(bins) {
    this.bins = bins;
    this.times = Array.from({ length: bins.count }, () => /* @__PURE__ */ new Map());
  }
  node(process, tid) {
    const key = threadKey(process, tid);
    const known = this.#nodeOf.get(key);
    if (known !== void 0) return known;
    const node = this.nodes.push({ process, tid }) - 1;
    this.#nodeOf.set(key, node);
    return node;
  }
  cause(kind, reason) {
    const key = `${kind} ${reason}`;
    const known = this.#causeOf.get(key);
    if (known !== void 0) return known;
    const cause = this.causes.push({ kind, reason }) - 1;
    this.#causeOf.set(key, cause);
    return cause;
  }
  time(bin, node) {
    const known = this.times[bin].get(node);
    if (known !== void 0) return known;
    const time = { own: /* @__PURE__ */ new Map(), waits: /* @__PURE__ */ new Map(), idleWaits: /* @__PURE__ */ new Map(), demandNs: 0 };
    this.times[bin].set(node, time);
    return time;
  }
};
function addLedger(builder, threadTime) {
  for (let row = 0; row < threadTime.length; row++) {
    const kind = kindOfState(threadTime.state[row]);
    const ns = threadTime.ns[row];
    if (kind === void 0 || !(ns > 0)) continue;
    const node = builder.node(threadTime.process[row], threadTime.tid[row]);
    const cause = builder.cause(kind, "");
    const startNs = threadTime.timeNs[row];
    spread2(
      builder.bins,
      { startNs, endNs: startNs + threadTime.durationNs[row], ns },
      (bin, part) => increase(builder.time(bin, node).own, cause, part)
    );
  }
}
function kindOfState(state) {
  if (state === ThreadState.Running) return "computing";
  if (state === ThreadState.Throttled) return "throttled";
  return isQueued(state) ? "runQueue" : void 0;
}
function addWaits(builder, wait) {
  const [waiterOf, wakerOf, causeOf] = [0, 1, 2].map(() => new Int32Array(wait.length).fill(NONE));
  for (let row = 0; row < wait.length; row++) {
    const reason = textAt(wait.reason, row);
    const waiter = builder.node(wait.process[row], wait.tid[row]);
    waiterOf[row] = waiter;
    const kind = wait.wakerTid[row] === NONE ? causeOfWait(reason, textAt(wait.wakerKind, row)) ?? "unknown" : causeOfWait(reason, "thread");
    if (kind !== void 0) {
      const cause = builder.cause(kind, reason ?? "unknown");
      causeOf[row] = cause;
      spreadWait(builder.bins, wait, row, (bin, ns) => increase(builder.time(bin, waiter).own, cause, ns));
      continue;
    }
    const waker = builder.node(wait.wakerProcess[row], wait.wakerTid[row]);
    wakerOf[row] = waker;
    addEdge(builder, wait, { row, waiter, waker, idle: isIdleReason(reason) });
  }
  return { waiterOf, wakerOf, causeOf };
}
function addEdge(builder, wait, { row, waiter, waker, idle: idle2 }) {
  if (!idle2) {
    const needs = builder.needs.get(waiter) ?? /* @__PURE__ */ new Set();
    builder.needs.set(waiter, needs.add(waker));
  }
  spreadWait(builder.bins, wait, row, (bin, ns) => {
    const time = builder.time(bin, waiter);
    const waitedNs = increase(idle2 ? time.idleWaits : time.waits, waker, ns);
    const ofWaker = builder.time(bin, waker);
    ofWaker.demandNs = Math.min(builder.bins.binNs, Math.max(ofWaker.demandNs, waitedNs));
  });
}
function spreadWait(bins, wait, row, add) {
  const { timeNs, durationNs, ns, maxNs } = wait;
  spreadRow(bins, { timeNs: timeNs[row], durationNs: durationNs[row], ns: ns[row], maxNs: maxNs[row] }, add);
}
function increase(sums, key, ns) {
  const sum2 = (sums.get(key) ?? 0) + ns;
  sums.set(key, sum2);
  return sum2;
}

// src/detectors/wait-flow.ts
var MAX_STEPS = 10;
var NEGLIGIBLE = 1e-3;
function blameWaits(graph, wait, rows) {
  const sums = new CauseSums(graph);
  const starts = Array.from({ length: graph.bins.count }, () => /* @__PURE__ */ new Map());
  const waiters = /* @__PURE__ */ new Set();
  let totalNs = 0;
  for (const row of rows) {
    if (!(wait.ns[row] > 0)) continue;
    totalNs += wait.ns[row];
    waiters.add(graph.waiterOf[row]);
    spreadWait(graph.bins, wait, row, (bin, ns) => {
      if (graph.wakerOf[row] !== NONE) increase2(starts[bin], graph.wakerOf[row], ns);
      else sums.add(bin, graph.waiterOf[row], graph.causeOf[row], ns);
    });
  }
  const [only = NONE] = waiters;
  const waiter = waiters.size === 1 ? only : NONE;
  for (const [bin, start] of starts.entries()) flow({ graph, bin, waiter, sums }, start);
  return { ns: totalNs, causes: sums.sorted(), lostNs: sums.lostNs };
}
function flow({ graph, bin, waiter, sums }, start) {
  const divided = /* @__PURE__ */ new Map();
  const found = [];
  const totalNs = sumOf(start);
  let at = start;
  let leftNs = totalNs;
  for (let step = 0; step < MAX_STEPS && leftNs > totalNs * NEGLIGIBLE; step++) {
    const next = /* @__PURE__ */ new Map();
    for (const [node, ns] of at) {
      const division = divided.get(node) ?? divide(graph, bin, { node, waiter });
      divided.set(node, division);
      for (const [cause, part] of division.own) found.push([node, cause, ns * part]);
      for (const [waker, part] of division.wakers) increase2(next, waker, ns * part);
      if (division.unknown > 0) found.push([node, NONE, ns * division.unknown]);
    }
    at = next;
    leftNs = sumOf(next);
  }
  const isKnown = leftNs < totalNs * (1 - NEGLIGIBLE);
  const factor = isKnown ? totalNs / (totalNs - leftNs) : 1;
  for (const [node, cause, ns] of found) sums.add(bin, node, cause, ns * factor);
  if (!isKnown) for (const [node, ns] of at) sums.add(bin, node, NONE, ns);
}
function divide(graph, bin, { node, waiter }) {
  const time = graph.times[bin].get(node);
  if (time === void 0 || node === waiter || !(time.demandNs > 0)) return { own: [], wakers: [], unknown: 1 };
  const demandNs = Math.min(time.demandNs, graph.bins.binNs - waitedFor(time, waiter));
  if (!(demandNs > 0)) return { own: [], wakers: [], unknown: 1 };
  const own = [];
  const wakers = [];
  let openNs = demandNs;
  for (const parts of inOrder(graph, time, { node, waiter })) {
    const ns = parts.reduce((sum2, part) => sum2 + part.ns, 0);
    const takenRatio = ns > 0 ? Math.min(1, openNs / ns) : 0;
    for (const part of parts) {
      const share = part.ns * takenRatio / demandNs;
      if ("cause" in part) own.push([part.cause, share]);
      else wakers.push([part.waker, share]);
    }
    openNs = Math.max(0, openNs - ns);
  }
  return { own, wakers, unknown: openNs / demandNs };
}
function waitedFor({ waits, idleWaits }, node) {
  return (waits.get(node) ?? 0) + (idleWaits.get(node) ?? 0);
}
function inOrder(graph, time, { node, waiter }) {
  const order = [[], [], [], []];
  for (const [cause, ns] of time.own) order[placeOf(graph.causes[cause].kind)].push({ cause, ns });
  for (const [waker, ns] of time.waits) {
    const isPeer = graph.circleOf[waker] === graph.circleOf[node];
    if (waker !== waiter) order[isPeer ? 2 : 0].push({ waker, ns });
  }
  for (const [waker, ns] of time.idleWaits) if (waker !== waiter) order[3].push({ waker, ns });
  return order;
}
function placeOf(kind) {
  if (kind === "idle") return 3;
  return kind === "sleep" || kind === "timer" || kind === "unknown" ? 1 : 0;
}
var CauseSums = class {
  lostNs;
  #graph;
  /** By node and cause; cause NONE is unknown. */
  #sums = /* @__PURE__ */ new Map();
  constructor(graph) {
    this.#graph = graph;
    this.lostNs = new Float64Array(graph.bins.count);
  }
  add(bin, node, cause, ns) {
    if (!(ns > 0)) return;
    increase2(this.#sums, node * (this.#graph.causes.length + 1) + cause + 1, ns);
    if (cause === NONE || this.#graph.causes[cause].kind !== "idle") this.lostNs[bin] += ns;
  }
  sorted() {
    const width = this.#graph.causes.length + 1;
    return [...this.#sums].map(([key, ns]) => {
      const cause = key % width - 1;
      const { kind, reason } = cause === NONE ? { kind: "unknown", reason: "" } : this.#graph.causes[cause];
      return { node: Math.floor(key / width), kind, reason, ns };
    }).sort((a, b) => b.ns - a.ns || a.node - b.node || (a.kind < b.kind ? -1 : 1));
  }
};
function increase2(sums, key, ns) {
  if (ns > 0) sums.set(key, (sums.get(key) ?? 0) + ns);
}
function sumOf(sums) {
  let sum2 = 0;
  for (const ns of sums.values()) sum2 += ns;
  return sum2;
}

// src/detectors/wait-loss.ts
var waitTables = ["thread", "threadTime", "sample", "callchainStack", "stack", "frame", "symbol"];
var measured2 = /* @__PURE__ */ new WeakMap();
function measureWaitLoss(tables, context) {
  const known = measured2.get(tables.wait);
  const isSame = known !== void 0 && known.context === context && waitTables.every((name) => known.tables[name] === tables[name]);
  if (isSame && known.tables.process === tables.process) return known.loss;
  const loss = measure(tables, context);
  measured2.set(tables.wait, { tables, context, loss });
  return loss;
}
function measure(tables, context) {
  const { wait } = tables;
  const graph = buildWaitGraph(tables, context);
  const time = measureTargetTime(tables, context);
  const names = nameWaits(tables);
  const rows = lossRows(wait, { graph, time, names });
  const activeNs = activeTime(tables.threadTime, graph, time);
  for (const row of rows) spreadWait(graph.bins, wait, row, (bin, ns) => activeNs[bin] += ns);
  return {
    graph,
    time,
    names,
    rows,
    totalNs: Math.max(sumOf2(activeNs), context.durationNs / 2),
    shareOf(partNs, more) {
      const wholeNs = more === void 0 ? activeNs : activeNs.map((ns, bin) => ns + more[bin]);
      const sumNs = sumOf2(wholeNs);
      return scaleInterval(ratioInterval(partNs, wholeNs), sumNs / Math.max(sumNs, context.durationNs / 2));
    },
    blame: (some) => blameWaits(graph, wait, some)
  };
}
function timeByBin({ graph }, wait, rows) {
  const partNs = new Float64Array(graph.bins.count);
  for (const row of rows) spreadWait(graph.bins, wait, row, (bin, ns) => partNs[bin] += ns);
  return partNs;
}
function lossRows(wait, found) {
  const { graph, time, names } = found;
  const handOvers = findHandOvers(wait, graph);
  const rows = [];
  const givenBy = /* @__PURE__ */ new Map();
  const answered = findAnswered(wait, graph);
  const lonely = findLonely(wait);
  for (let row = 0; row < wait.length; row++) {
    if (!time.isMember(wait.process[row]) || !(wait.ns[row] > 0) || isIdleReason(textAt(wait.reason, row))) continue;
    const cause = graph.causeOf[row];
    if (cause !== NONE && ["idle", "timer"].includes(graph.causes[cause].kind)) continue;
    if (wait.open[row] === 1 && (cause === NONE || graph.causes[cause].kind === "unknown")) continue;
    if (lonely.has(futexKey(wait, row)) && wait.ns[row] >= LONELY_NS) continue;
    const pair = pairKey(graph, graph.waiterOf[row], graph.wakerOf[row]);
    const isLock2 = kindOfWait(wait, row, names) === "lock";
    if (graph.wakerOf[row] === NONE || isLock2) rows.push(row);
    else if (handOvers.has(handOverKey(wait, graph, row))) continue;
    else if (answered.has(pair)) rows.push(row);
    else pushTo(givenBy, pair, row);
  }
  for (const given of givenBy.values()) if (isHeldUp(wait, given, found)) for (const row of given) rows.push(row);
  return rows.sort((a, b) => a - b);
}
var LONELY_NS = 1e9;
function findLonely(wait) {
  const counts = /* @__PURE__ */ new Map();
  for (let row = 0; row < wait.length; row++) {
    if (textAt(wait.reason, row) === "futex") counts.set(futexKey(wait, row), (counts.get(futexKey(wait, row)) ?? 0) + wait.count[row]);
  }
  return new Set([...counts].filter(([, count]) => count <= 1).map(([key]) => key));
}
function futexKey(wait, row) {
  return `${wait.process[row]} ${wait.argument[row]}`;
}
function pushTo(lists, key, row) {
  const list = lists.get(key);
  if (list === void 0) lists.set(key, [row]);
  else list.push(row);
}
function findAnswered(wait, graph) {
  const pairs = /* @__PURE__ */ new Set();
  for (let row = 0; row < wait.length; row++) {
    if (graph.wakerOf[row] !== NONE) pairs.add(pairKey(graph, graph.wakerOf[row], graph.waiterOf[row]));
  }
  return pairs;
}
function pairKey(graph, waiter, waker) {
  return waker === NONE ? "" : `${graph.groupOf[waiter]} ${graph.groupOf[waker]}`;
}
var SATURATED = 0.8;
function isHeldUp(wait, rows, { graph, time }) {
  if (time.isMember(wait.wakerProcess[rows[0]])) return false;
  const { ns, causes } = blameWaits(graph, wait, rows);
  const activeNs = causes.reduce(
    (sum2, cause) => ["computing", "runQueue", "device", "memory"].includes(cause.kind) ? sum2 + cause.ns : sum2,
    0
  );
  return activeNs >= SATURATED * ns;
}
var MIN_POOL = 2;
var GIVEN_BY_OTHERS = 0.9;
function findHandOvers(wait, graph) {
  const places = /* @__PURE__ */ new Map();
  for (let row = 0; row < wait.length; row++) {
    const waker = graph.wakerOf[row];
    if (waker === NONE || !isWorkReason(textAt(wait.reason, row))) continue;
    const key = handOverKey(wait, graph, row);
    const group = graph.groupOf[graph.waiterOf[row]];
    const place = places.get(key) ?? { waiters: /* @__PURE__ */ new Set(), group, ns: 0, othersNs: 0 };
    places.set(key, place);
    place.waiters.add(graph.waiterOf[row]);
    place.ns += wait.ns[row];
    if (graph.groupOf[waker] !== group) place.othersNs += wait.ns[row];
  }
  const isPool = ({ waiters, ns, othersNs }) => waiters.size >= MIN_POOL && othersNs >= GIVEN_BY_OTHERS * ns;
  return new Set([...places].filter(([, place]) => isPool(place)).map(([key]) => key));
}
function isWorkReason(reason) {
  return reason === "futex" || reason === "pipe" || reason === "socketReceive" || reason === "message";
}
function handOverKey(wait, graph, row) {
  return `${graph.groupOf[graph.waiterOf[row]]} ${textAt(wait.reason, row)} ${Math.floor(wait.argument[row] / 8)}`;
}
function activeTime(threadTime, { bins }, { isMember }) {
  const activeNs = new Float64Array(bins.count);
  for (let row = 0; row < (threadTime?.length ?? 0); row++) {
    if (threadTime === void 0 || !isMember(threadTime.process[row])) continue;
    const state = threadTime.state[row];
    if (state !== ThreadState.Running && !isQueued(state)) continue;
    const startNs = threadTime.timeNs[row];
    spread2(bins, { startNs, endNs: startNs + threadTime.durationNs[row], ns: threadTime.ns[row] }, (bin, ns) => activeNs[bin] += ns);
  }
  return activeNs;
}
function sumOf2(values) {
  let sum2 = 0;
  for (const value of values) sum2 += value;
  return sum2;
}

// src/detectors/downstream-wait.ts
var MAX_SERVICES = 3;
var downstreamWait = defineDetector({
  id: "downstream-wait",
  needs: ["process", "wait"],
  wants: [...waitTables],
  metrics: {
    waitingRatio: "Share of the target's time it waited for this process or thread.",
    waitPerSec: "Waits for it.",
    meanWaitNs: "How long one of them took on average.",
    ...causeMetrics,
    furtherRatio: "Share of these waits in which it waited for yet another thread."
  },
  facts: {
    waiter: "Who waits.",
    service: "Whom it waits for.",
    limit: "The thread where the waits end, when they are followed.",
    activity: "What that thread does.",
    functionName: "Where it computes, when it does."
  },
  detect(tables, context) {
    const loss = measureWaitLoss(tables, context);
    if (!(loss.totalNs > 0)) return [];
    const services = findServices(tables, loss).slice(0, MAX_SERVICES);
    return services.flatMap((service) => {
      const blame = loss.blame(service.rows);
      const facts = followTo(tables, loss, { service, blame });
      if (facts === void 0) return [];
      const lostRatio2 = blame.ns > 0 ? sumOf3(blame.lostNs) / blame.ns : 0;
      const share = loss.shareOf(timeByBin(loss, tables.wait, service.rows).map((ns) => ns * lostRatio2));
      return [
        {
          subject: service.waiter ?? describeTarget(context.target),
          metrics: {
            waitingRatio: share.estimate,
            waitPerSec: service.waits / (context.durationNs / 1e9),
            meanWaitNs: blame.ns / service.waits,
            ...shareCauses(blame),
            furtherRatio: furtherRatio(loss, service, blame)
          },
          facts,
          share,
          culprits: culpritsOf2(tables, loss, { service, blame, functionName: facts.functionName }),
          rows: void 0
        }
      ];
    });
  }
});
function findServices(tables, loss) {
  const { wait, process } = tables;
  const { graph } = loss;
  const inLocks = new Set(findFutexLocks(wait, loss, loss.names).flatMap((lock) => lock.rows));
  const services = /* @__PURE__ */ new Map();
  for (const row of loss.rows) {
    const waker = graph.wakerOf[row];
    if (waker === NONE || inLocks.has(row) || isLock(wait, row, loss) || isForWork(tables, row)) continue;
    const isThread = wait.wakerProcess[row] === wait.process[row];
    const node = graph.nodes[waker];
    const key = isThread ? `group ${graph.groups.groupOf(node.process, node.tid)}` : `process ${node.process}`;
    const service = services.get(key) ?? {
      key,
      waiter: processLabel(process, wait.process[row]),
      process: node.process,
      tid: node.tid,
      isThread,
      rows: [],
      waits: 0,
      ns: 0
    };
    services.set(key, service);
    service.rows.push(row);
    service.waits += Math.max(1, wait.count[row]);
    service.ns += wait.ns[row];
  }
  return [...services.values()].sort((a, b) => b.ns - a.ns || (a.key < b.key ? -1 : 1));
}
function isLock(wait, row, { names }) {
  const reason = textAt(wait.reason, row);
  return reason === "kernelLock" || reason === "fileLock" || kindOfWait(wait, row, names) === "lock";
}
function isForWork({ process, wait }, row) {
  const [waiter, waker] = [wait.process[row], wait.wakerProcess[row]];
  if (waiter < 0 || waker < 0 || waiter >= process.length || waker >= process.length) return false;
  if (waiter === waker) return wait.wakerTid[row] === process.pid[waker] && wait.tid[row] !== process.pid[waiter];
  return process.parentPid[waiter] === process.pid[waker];
}
function followTo({ process }, { graph, names }, { service, blame }) {
  const first = blame.causes.find(({ kind }) => kind !== "idle");
  if (first === void 0) return void 0;
  const { process: row, tid } = graph.nodes[first.node];
  const computes = first.kind === "computing" ? names.hotFunction((of, thread) => of === row && thread === tid) : void 0;
  return {
    waiter: service.waiter ?? "",
    service: service.isThread ? groupLabel(graph, service) : processLabel(process, service.process),
    limit: `${names.thread(row, tid)} of ${processLabel(process, row)}`,
    activity: describeCause(first),
    functionName: computes ?? "unknown code"
  };
}
function groupLabel({ groups }, { process, tid }) {
  return groups.groups[groups.groupOf(process, tid)]?.label ?? `tid ${tid}`;
}
function furtherRatio({ graph }, service, { ns, causes }) {
  const isItself = (node) => service.isThread ? groupLabel(graph, service) === groupLabel(graph, { ...service, ...graph.nodes[node] }) : graph.nodes[node].process === service.process;
  const furtherNs = causes.reduce((sum2, { node, ns: part }) => isItself(node) ? sum2 : sum2 + part, 0);
  return ns > 0 ? Math.min(1, furtherNs / ns) : 0;
}
function culpritsOf2({ process }, { graph, names }, { service, blame, functionName }) {
  const byProcess = /* @__PURE__ */ new Map();
  const byNode = /* @__PURE__ */ new Map();
  for (const { node, ns } of blame.causes) {
    byProcess.set(graph.nodes[node].process, (byProcess.get(graph.nodes[node].process) ?? 0) + ns);
    byNode.set(node, (byNode.get(node) ?? 0) + ns);
  }
  const share = (ns) => blame.ns > 0 ? Math.min(1, ns / blame.ns) : 0;
  const processes = largest(byProcess).map(
    ([row, ns]) => ({ kind: "process", name: processLabel(process, row), share: share(ns) })
  );
  const threads = largest(byNode).map(
    ([node, ns]) => ({ kind: "thread", name: names.thread(graph.nodes[node].process, graph.nodes[node].tid), share: share(ns) })
  );
  const named = functionName === "unknown code" ? [] : [{ kind: "function", name: functionName, share: share(blame.causes[0].ns) }];
  return service.isThread ? [...threads, ...processes, ...named] : [...processes, ...threads, ...named];
}
function largest(sums) {
  return [...sums].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 2);
}
function sumOf3(values) {
  return values.reduce((sum2, ns) => sum2 + ns, 0);
}

// src/detectors/durable-writes.ts
var durableWrites = defineDetector({
  id: "durable-writes",
  needs: ["process", "wait"],
  wants: [...TIME_TABLES, "blockIo", "syscall"],
  metrics: {
    waitRatio: "Share of the target's time it waited for writes to be safe.",
    commitPerSec: "Calls that make writes safe.",
    commitNs: "Mean time of such a call.",
    longestNs: "The longest wait in one.",
    deviceNs: "Mean time of a write or flush in the device.",
    flushPerSec: "Cache flushes of the device."
  },
  facts: {
    call: "The call that most of it was in.",
    descriptor: "The descriptor most of it was for.",
    functionName: "The function that made most of the calls.",
    process: "The process that waited most.",
    device: "The device written to."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    if (!(time.totalNs > 0)) return [];
    const { wait } = tables;
    const waits = sumLostWaits({ tables, time, context }, (row) => reasonAt(wait, row) === "fsync");
    const calls = countCalls(tables.syscall, time.isMember);
    const blocks = { process: tables.process, blockIo: tables.blockIo, time, durationNs: context.durationNs };
    const device2 = sumRequests(blocks, (operation) => operation === "write" || operation === "flush");
    const flushes = sumRequests(blocks, (operation) => operation === "flush");
    const devices = device2.count > 0 ? [{ kind: "device", name: device2.device, share: device2.share }] : [];
    const seconds = context.durationNs / 1e9;
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          waitRatio: waits.share.estimate,
          commitPerSec: (calls.count > 0 ? calls.count : waits.count) / seconds,
          commitNs: calls.count > 0 ? calls.ns / calls.count : waits.ns / waits.count,
          longestNs: waits.maxNs,
          deviceNs: device2.latencyNs,
          flushPerSec: tables.blockIo === void 0 ? Number.NaN : flushes.count / seconds
        },
        facts: {
          call: waits.syscall,
          descriptor: mainDescriptor(wait, time.isMember),
          functionName: waits.functionName,
          process: waits.process,
          device: device2.device
        },
        share: waits.share,
        culprits: waits.ns > 0 ? [...waits.culprits, ...devices] : [],
        rows: waits.rows
      }
    ];
  }
});
function countCalls(syscall, isMember) {
  let count = 0;
  let ns = 0;
  for (let row = 0; row < (syscall?.length ?? 0); row++) {
    if (syscall === void 0 || !isMember(syscall.process[row])) continue;
    if (callGroup(textAt(syscall.name, row) ?? "") !== "durable") continue;
    count += syscall.count[row];
    ns += syscall.ns[row];
  }
  return { count, ns };
}
function mainDescriptor(wait, isMember) {
  const byDescriptor = new NamedTally();
  for (let row = 0; row < wait.length; row++) {
    if (!isMember(wait.process[row]) || reasonAt(wait, row) !== "fsync") continue;
    byDescriptor.add(Number.isNaN(wait.argument[row]) ? "all files" : `descriptor ${wait.argument[row]}`, wait.ns[row]);
  }
  return byDescriptor.largest()?.name ?? "none";
}

// src/detectors/fault-churn.ts
var faultChurn = defineDetector({
  id: "fault-churn",
  needs: ["process", "sample", "fault", "syscall", "wait"],
  wants: TIME_TABLES,
  metrics: {
    costRatio: "Share of the target's time in page faults and in calls that map memory.",
    faultRatio: "Share of the target's time in page faults.",
    mappingRatio: "Share of the target's time in calls that map and unmap memory.",
    faultPerSec: "Page faults without I/O.",
    mappingPerSec: "Calls that map and unmap memory.",
    faultNs: "CPU time of a fault."
  },
  facts: {
    functionName: "The function that faults most.",
    process: "The process that faults most.",
    call: "The mapping call that took most."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    const work = sampleKernelWork({ tables, time, context });
    if (work === void 0 || !(time.totalNs > 0) || !(time.runningNs > 0)) return [];
    const faults = work.of((entry) => entry === "page fault");
    const mapping = sumCalls({ tables, time, context }, (name) => callGroup(name) === "mapping");
    const both = work.of((entry) => entry === "page fault" || entry.endsWith("()") && callGroup(entry.slice(0, -2)) === "mapping");
    const { count, byProcess } = countFaults(tables.fault, time);
    const faultRatio = faults.ns / time.totalNs;
    const costRatio = Math.min(1, faultRatio + mapping.share.estimate);
    const process = processLabel(tables.process, byProcess.largest().key);
    const functionName = both.caller?.name ?? UNKNOWN_FUNCTION;
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          costRatio,
          faultRatio,
          mappingRatio: mapping.share.estimate,
          faultPerSec: perSecond(count, context),
          mappingPerSec: perSecond(mapping.count, context),
          faultNs: faults.ns / count
        },
        facts: { functionName, process, call: mapping.call },
        share: recentre(wilsonInterval(Math.min(1, both.ns / time.runningNs), work.sampleCount), costRatio),
        culprits: nameCulprits(both.caller, process, byProcess),
        rows: void 0
      }
    ];
  }
});
function countFaults(fault, time) {
  const byProcess = new Tally();
  for (let row = 0; row < fault.length; row++) {
    if (time.isMember(fault.process[row])) byProcess.add(fault.process[row], fault.count[row] - fault.majorCount[row]);
  }
  return { count: byProcess.total, byProcess };
}
function perSecond(count, { durationNs }) {
  return count * 1e9 / durationNs;
}

// src/detectors/fork-exec.ts
var SHORT_NS = 1e9;
var loader = /^(ld-linux.*|ld-musl.*|ld)[.-]/;
var forkExec = defineDetector({
  id: "fork-exec",
  needs: ["process", "sample", "callchainStack", "stack", "frame", "symbol"],
  wants: TIME_TABLES,
  metrics: {
    startRatio: "Share of the target's time that starting and ending processes took.",
    startPerSec: "Program images that began: forks and execs.",
    shortLivedRatio: "Share of the processes that lived less than a second.",
    shortLivedCpuRatio: "Share of the target's running time that those took.",
    lifeNs: "Mean life of a short-lived one."
  },
  facts: {
    parent: "The process that started most of them.",
    program: "The program started most often.",
    functionName: "The function that starts them."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    if (!(time.totalNs > 0) || !(time.runningNs > 0)) return [];
    const { process } = tables;
    const started = readStarted(process, time);
    const isShort = (row) => row >= 0 && started.short[row] === 1;
    const starting = (entry) => entry.endsWith("()") && callGroup(entry.slice(0, -2)) === "process";
    const startNs = startingNs({ tables, time, context, isShort, starting });
    if (startNs === void 0) return [];
    const parent = processLabel(process, started.byParent.largest().key);
    const ratio2 = Math.min(1, startNs.ns / time.totalNs);
    const functionName = startNs.caller ?? "unknown function";
    const culprits = [];
    if (started.count > 0 && startNs.caller !== void 0)
      culprits.push({ kind: "function", name: functionName, share: startNs.callerShare });
    if (started.byParent.total > 0) {
      culprits.push({ kind: "process", name: parent, share: started.byParent.largest().ns / started.byParent.total });
    }
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          startRatio: ratio2,
          startPerSec: started.count * 1e9 / context.durationNs,
          shortLivedRatio: started.shortCount / started.memberCount,
          shortLivedCpuRatio: started.shortNs / time.runningNs,
          lifeNs: started.lifeNs / started.shortCount
        },
        facts: { parent, program: started.byProgram.largest()?.name ?? "none", functionName },
        share: recentre(wilsonInterval(Math.min(1, startNs.ns / time.runningNs), startNs.sampleCount), ratio2),
        culprits,
        rows: void 0
      }
    ];
  }
});
function readStarted(process, time) {
  const short = new Uint8Array(process.length);
  const rowOfPid = /* @__PURE__ */ new Map();
  const byParent = new Tally();
  const byProgram = new NamedTally();
  const sum2 = { count: 0, memberCount: 0, shortCount: 0, lifeNs: 0, shortNs: 0 };
  for (let row = 0; row < process.length; row++) {
    const isUser = process.role[row] !== ProcessRole.KernelThread;
    if (time.isMember(row) && isUser) {
      sum2.memberCount++;
      const lifeNs = process.endNs[row] - process.startNs[row];
      if (process.startNs[row] > 0) {
        sum2.count++;
        byParent.add(rowOfPid.get(process.parentPid[row]) ?? NONE, 1);
        byProgram.add(shorten(textAt(process.comm, row) ?? "?"), 1);
        if (lifeNs < SHORT_NS) {
          short[row] = 1;
          sum2.shortCount++;
          sum2.lifeNs += lifeNs;
          sum2.shortNs += time.runningOf[row];
        }
      }
    }
    rowOfPid.set(process.pid[row], row);
  }
  return { ...sum2, short, byParent, byProgram };
}
function startingNs({ tables, time, context, isShort, starting }) {
  const all = sampleKernelWork({ tables, time, context });
  if (all === void 0) return void 0;
  const forks = all.of(starting);
  const ofShort = sampleKernelWork({ tables, time, context, include: (row) => time.isMember(row) && isShort(row) });
  const kernelNs = forks.ns + (ofShort === void 0 ? 0 : ofShort.totalNs - ofShort.of(starting).ns);
  const { caller } = forks;
  const ns = kernelNs + loaderNs(tables, (row) => time.isMember(row) && isShort(row));
  return { ns, sampleCount: all.sampleCount, caller: caller?.name, callerShare: caller?.share ?? 0 };
}
function loaderNs({ sample, callchainStack, stack, frame, symbol }, include) {
  if (!callchainStack || !stack || !frame || !symbol) return 0;
  let ns = 0;
  for (let row = 0; row < sample.length; row++) {
    const callchain = sample.callchain[row];
    if (callchain === NONE || !include(sample.process[row])) continue;
    const symbolRow = frame.symbol[stack.frame[callchainStack.stack[callchain]]];
    if (symbolRow >= 0 && symbolRow < symbol.length && loader.test(textAt(symbol.module, symbolRow) ?? "")) ns += sample.weightNs[row];
  }
  return ns;
}

// src/detectors/futex-contention.ts
var MAX_LOCKS = 3;
var futexContention = defineDetector({
  id: "futex-contention",
  needs: ["process", "wait"],
  wants: [...waitTables],
  metrics: {
    waitingRatio: "Share of the target's time its threads waited for the lock.",
    waitPerSec: "Waits for it.",
    meanWaitNs: "How long one of them took on average.",
    maxWaitNs: "The longest.",
    waiterThreadsCount: "Threads that waited for it.",
    ...causeMetrics,
    offCpuRatio: "Share in which the holder waited for something itself: for I/O, or asleep."
  },
  facts: {
    process: "The process whose lock it is.",
    lock: "The lock, by its address.",
    holder: "The thread that held it longest.",
    functionName: "The function that gave it back, where stacks tell; else where the holders are busy.",
    busyFunction: "Where the holders compute, or wait when that is what they do most.",
    activity: "What the holders did most, while others waited."
  },
  detect(tables, context) {
    const loss = measureWaitLoss(tables, context);
    if (!(loss.totalNs > 0)) return [];
    return findFutexLocks(tables.wait, loss, loss.names).slice(0, MAX_LOCKS).map((lock) => {
      const blame = loss.blame(lock.rows);
      const share = loss.shareOf(timeByBin(loss, tables.wait, lock.rows));
      const causes = shareCauses(blame);
      const facts = describeLock(tables, loss, { lock, blame });
      const { waits, maxWaitNs, threads } = measureQueue(tables.wait, lock);
      return {
        subject: facts.process,
        metrics: {
          waitingRatio: share.estimate,
          waitPerSec: waits / (context.durationNs / 1e9),
          meanWaitNs: lock.ns / waits,
          maxWaitNs,
          waiterThreadsCount: threads,
          ...causes,
          offCpuRatio: Math.min(1, causes.ioRatio + causes.sleepRatio)
        },
        facts,
        share,
        culprits: culpritsOf3(facts, holdersOf(tables.wait, lock)),
        rows: void 0
      };
    });
  }
});
function holdersOf(wait, { rows, ns }) {
  const byTid = /* @__PURE__ */ new Map();
  for (const row of rows) byTid.set(wait.wakerTid[row], (byTid.get(wait.wakerTid[row]) ?? 0) + wait.ns[row]);
  const [tid, heldNs] = [...byTid].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [NONE, 0];
  return { share: ns > 0 ? Math.min(1, heldNs / ns) : 0, process: wait.wakerProcess[rows[0]], tid };
}
function measureQueue({ count, maxNs, tid }, { rows }) {
  let waits = 0;
  let maxWaitNs = 0;
  for (const row of rows) {
    waits += count[row];
    maxWaitNs = Math.max(maxWaitNs, maxNs[row]);
  }
  return { waits: Math.max(1, waits), maxWaitNs, threads: new Set(rows.map((row) => tid[row])).size };
}
function describeLock(tables, loss, { lock, blame }) {
  const { wait } = tables;
  const { names } = loss;
  const holder = holdersOf(wait, lock);
  const unlocking = /* @__PURE__ */ new Map();
  for (const row of lock.rows) {
    const name = names.functionOf(wait.wakerCallchain[row]);
    if (name !== void 0) unlocking.set(name, (unlocking.get(name) ?? 0) + wait.ns[row]);
  }
  const busy = busyFunction(wait, loss, { lock, blame });
  const giver = heaviest(unlocking);
  return {
    process: processLabel(tables.process, lock.process),
    lock: `futex 0x${lock.address.toString(16)}`,
    holder: names.thread(holder.process, holder.tid),
    functionName: (giver !== void 0 && !ofTheLock.test(giver) ? giver : busy ?? giver) ?? "unknown code",
    busyFunction: busy ?? "unknown code",
    activity: blame.causes.length === 0 ? "does something that was not seen" : describeCause(mostDone(blame))
  };
}
var ofTheLock = /^_*(lll_|pthread_(mutex|rwlock|spin)_|futex|syscall$)/;
function busyFunction(wait, { names }, { lock, blame }) {
  const holders = new Set(lock.rows.map((row) => wait.wakerTid[row]));
  const { kind, reason } = mostDone(blame);
  const waiting = /* @__PURE__ */ new Map();
  for (let row = 0; row < wait.length && kind !== "computing"; row++) {
    const isTheirs = wait.process[row] === lock.process && holders.has(wait.tid[row]) && textAt(wait.reason, row) === reason;
    const name = isTheirs ? names.functionOf(wait.userCallchain[row]) : void 0;
    if (name !== void 0) waiting.set(name, (waiting.get(name) ?? 0) + wait.ns[row]);
  }
  return heaviest(waiting) ?? names.hotFunction((process, tid) => process === lock.process && holders.has(tid));
}
function mostDone({ causes }) {
  const sums = /* @__PURE__ */ new Map();
  for (const { kind: kind2, reason: reason2, ns } of causes) sums.set(`${kind2} ${reason2}`, (sums.get(`${kind2} ${reason2}`) ?? 0) + ns);
  const [kind, reason] = (heaviest(sums) ?? "unknown ").split(" ");
  return { kind, reason };
}
function culpritsOf3(facts, { share }) {
  return [
    { kind: "lock", name: `${facts.lock} of ${facts.process}`, share: 1 },
    ...[.../* @__PURE__ */ new Set([facts.functionName, facts.busyFunction])].map((name) => ({ kind: "function", name, share: 1 })),
    { kind: "thread", name: facts.holder, share },
    { kind: "process", name: facts.process, share: 1 }
  ];
}

// src/detectors/hot-path.ts
var MAX_CANDIDATES = 5;
var hotPath = defineDetector({
  id: "hot-path",
  needs: ["process", "sample", "callchainStack", "stack", "frame", "symbol"],
  wants: TIME_TABLES,
  metrics: {
    attributedRatio: "Share of the target's samples in the function, or in library and kernel code it called.",
    selfRatio: "Share of the target's samples in the function itself.",
    inclusiveRatio: "Share of the target's samples with the function anywhere on the stack.",
    kernelRatio: "Share of the function's samples that are in the kernel.",
    namedCount: "1 when the function has a name, 0 for code without symbols.",
    sampleCount: "Samples of the target, counted as if all weighed the same."
  },
  facts: {
    functionName: "The function to blame.",
    module: "The file it is in.",
    process: "The process it ran in most.",
    path: "The heaviest path from the root of the stack to it.",
    leaf: "The function that most of its samples were in; itself when it called nothing expensive."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    const profile = attribute(tables, time);
    if (!(profile.all.ns > 0) || !(time.totalNs > 0)) return [];
    return profile.candidates.slice(0, MAX_CANDIDATES).map((functionId) => observe(tables, time, { ...profile, functionId }));
  }
});
function attribute(tables, time) {
  const { sample, process } = tables;
  const tree = buildCallTree(tables);
  const blamed = blameNodes(tree);
  const all = weighSamples(tables, tree, (row) => time.isMember(sample.process[row]));
  const users = weighSamples(tables, tree, (row) => time.isMember(sample.process[row]) && !isKernelThread(process, sample.process[row]));
  const counted = users.ns * 2 >= all.ns ? users : all;
  const attributedNs = new Float64Array(tree.functions.length);
  const selfNs = new Float64Array(tree.functions.length);
  for (let node = 0; node < blamed.length; node++) {
    attributedNs[tree.functionOf[blamed[node]]] += counted.selfNs[node];
    selfNs[tree.functionOf[node]] += counted.selfNs[node];
  }
  const candidates = Array.from(attributedNs.keys()).filter((id) => attributedNs[id] > 0);
  candidates.sort((a, b) => attributedNs[b] - attributedNs[a] || a - b);
  return { tree, blamed, all, counted, attributedNs, selfNs, inclusiveNs: addCallees(tree, counted.selfNs), candidates };
}
function isKernelThread(process, row) {
  return row !== NONE && process.role[row] === ProcessRole.KernelThread;
}
function observe(tables, time, found) {
  const { tree, all, attributedNs, selfNs, inclusiveNs, functionId } = found;
  const { name, module, named } = tree.functions[functionId];
  const places = placesOf(found);
  const runner = mainProcess(tables, time, found);
  const attributedRatio = attributedNs[functionId] / all.ns;
  const process = processLabel(tables.process, runner.key);
  const culprits = [
    { kind: "function", name, share: attributedRatio },
    { kind: "process", name: process, share: Math.min(1, runner.ns / attributedNs[functionId]) }
  ];
  return {
    subject: `${name} in ${process}`,
    metrics: {
      attributedRatio,
      selfRatio: selfNs[functionId] / all.ns,
      inclusiveRatio: inclusiveTime(tree, inclusiveNs, functionId) / all.ns,
      kernelRatio: places.kernelNs / attributedNs[functionId],
      namedCount: named ? 1 : 0,
      sampleCount: all.effectiveCount
    },
    facts: { functionName: name, module, process, path: pathText(tree, places.node), leaf: functionAt(tree, places.leaf).name },
    share: scaleInterval(wilsonInterval(attributedRatio, all.effectiveCount), time.runningNs / time.totalNs),
    culprits,
    rows: void 0
  };
}
function placesOf({ tree, blamed, counted, functionId }) {
  const perNode = new Float64Array(blamed.length);
  const perLeaf = new Float64Array(tree.functions.length);
  let node = NONE;
  let leaf = NONE;
  let kernelNs = 0;
  for (let at = 0; at < blamed.length; at++) {
    const ns = counted.selfNs[at];
    if (ns === 0 || tree.functionOf[blamed[at]] !== functionId) continue;
    perNode[blamed[at]] += ns;
    perLeaf[tree.functionOf[at]] += ns;
    if (node === NONE || perNode[blamed[at]] > perNode[node]) node = blamed[at];
    if (leaf === NONE || perLeaf[tree.functionOf[at]] > perLeaf[tree.functionOf[leaf]]) leaf = at;
    if (isKernel(tree, at)) kernelNs += ns;
  }
  return { node, leaf, kernelNs };
}
function mainProcess(tables, time, { tree, blamed, functionId }) {
  const { sample } = tables;
  const byProcess = new Tally();
  for (let row = 0; row < sample.length; row++) {
    const leaf = time.isMember(sample.process[row]) ? leafOf(tables, tree, row) : NONE;
    if (leaf !== NONE && tree.functionOf[blamed[leaf]] === functionId) byProcess.add(sample.process[row], sample.weightNs[row]);
  }
  return byProcess.largest();
}

// src/detectors/interrupt-load.ts
var interruptLoad = defineDetector({
  id: "interrupt-load",
  needs: ["process", "series", "metric"],
  wants: [...TIME_TABLES, "interrupt"],
  metrics: {
    irqRatio: "CPU time in hard interrupts over all CPU time.",
    softirqRatio: "CPU time in soft interrupts over all CPU time.",
    worstCpuRatio: "Share of its time the worst CPU spent in interrupts of both kinds.",
    interruptPerSec: "Interrupts of all CPUs.",
    linePerSec: "Interrupts of the busiest line.",
    takenRatio: "Share of the target's time that interrupts took from its threads, as measured; without eBPF not known."
  },
  facts: {
    target: "What was diagnosed.",
    cpu: "The worst CPU.",
    line: "The busiest interrupt line that is not the timer.",
    softirq: "The busiest kind of soft interrupt that is not the timer.",
    victim: "The process they took most time from."
  },
  detect(tables, context) {
    const series = viewSeries(tables);
    const time = measureTargetTime(tables, context);
    const irqRatio = series.mean("cpu.irqRatio");
    const softirqRatio = series.mean("cpu.softirqRatio");
    if (!(irqRatio + softirqRatio >= 0) || !(time.totalNs > 0)) return [];
    const worst = worstCpu(series);
    const line = busiest(series, "interrupt.perSec");
    const target = describeTarget(context.target);
    const taken = tables.interrupt === void 0 ? void 0 : timeTaken(tables.interrupt, time, context);
    const victim = taken === void 0 || taken.victims.total === 0 ? "unknown process" : processLabel(tables.process, taken.victims.largest().key);
    return [
      {
        subject: target,
        metrics: {
          irqRatio,
          softirqRatio,
          worstCpuRatio: worst.ratio,
          interruptPerSec: sumOver(series, "interrupt.cpuPerSec"),
          linePerSec: line.perSec,
          takenRatio: taken?.share.estimate ?? Number.NaN
        },
        facts: { target, cpu: worst.cpu, line: line.name, softirq: busiest(series, "softirq.perSec").name, victim },
        share: taken?.share ?? recentre(spread3(series), lostRatio({ series, time, context, sample: tables.sample })),
        culprits: [],
        rows: void 0
      }
    ];
  }
});
function timeTaken(interrupt2, time, { durationNs }) {
  const bins = new LossBins(durationNs);
  const victims = new Tally();
  for (let row = 0; row < interrupt2.length; row++) {
    const process = interrupt2.process[row];
    if (process === NONE || !time.isMember(process)) continue;
    bins.add(interrupt2.timeNs[row], interrupt2.timeNs[row] + interrupt2.durationNs[row], interrupt2.ns[row]);
    victims.add(process, interrupt2.ns[row]);
  }
  return { share: bins.share(time), victims };
}
function lostRatio(input) {
  const { series, time, context, sample } = input;
  const meanRatio = interruptRatio(series, "");
  if (context.target.kind === "machine") {
    const interruptNs = meanRatio * context.host.cpuCount * context.durationNs;
    return interruptNs / (time.totalNs + interruptNs);
  }
  let weighted = 0;
  let weight = 0;
  const ratioOf = /* @__PURE__ */ new Map();
  for (let row = 0; row < (sample?.length ?? 0); row++) {
    if (sample === void 0 || !time.isMember(sample.process[row]) || !(sample.weightNs[row] > 0)) continue;
    const cpu = sample.cpu[row];
    const ratio2 = ratioOf.get(cpu) ?? interruptRatio(series, `cpu${cpu}`);
    ratioOf.set(cpu, ratio2);
    weighted += (Number.isNaN(ratio2) ? meanRatio : ratio2) * sample.weightNs[row];
    weight += sample.weightNs[row];
  }
  return (weight > 0 ? weighted / weight : meanRatio) * time.runningNs / time.totalNs;
}
function interruptRatio(series, subject) {
  return series.mean("cpu.irqRatio", subject) + series.mean("cpu.softirqRatio", subject);
}
function worstCpu(series) {
  let worst = { cpu: "any CPU", ratio: Number.NaN };
  for (const cpu of series.subjects("cpu.softirqRatio")) {
    const ratio2 = interruptRatio(series, cpu);
    if (cpu !== "" && (ratio2 > worst.ratio || Number.isNaN(worst.ratio))) worst = { cpu, ratio: ratio2 };
  }
  return worst;
}
function busiest(series, name) {
  const rates = series.subjects(name).map((subject) => ({ name: shorten(subject), perSec: series.mean(name, subject) }));
  const rank = (subject) => /^(LOC|TIMER|HRTIMER|SCHED|RCU)\b/.test(subject) ? 1 : 0;
  rates.sort((a, b) => rank(a.name) - rank(b.name) || b.perSec - a.perSec || (a.name < b.name ? -1 : 1));
  return rates.at(0) ?? { name: "unknown", perSec: Number.NaN };
}
function sumOver(series, name) {
  const subjects = series.subjects(name);
  return subjects.length === 0 ? Number.NaN : subjects.reduce((sum2, subject) => sum2 + series.mean(name, subject), 0);
}
function spread3(series) {
  const irq = series.readings("cpu.irqRatio");
  const softirq = series.readings("cpu.softirqRatio");
  const ratios = softirq?.values.map((value, reading) => {
    const other = irq === void 0 ? -1 : readingAt(irq, softirq.timeNs[reading]);
    return value + (irq === void 0 || other < 0 ? 0 : irq.values[other]);
  });
  const values = ratios ?? new Float64Array(0);
  return ratioInterval(
    values,
    values.map(() => 1)
  );
}

// src/detectors/pressure.ts
function readPressure(resource, input) {
  const { series, context } = input;
  const own = context.target.kind === "machine" ? void 0 : targetCgroups(input).find((path) => hasPressure(series, resource, path));
  const subject = own ?? "";
  const some = series.readings(`psi.${resource}.someRatio`, subject);
  if (some === void 0) return void 0;
  const interval2 = ratioInterval(
    some.values,
    some.values.map(() => 1)
  );
  return {
    share: own !== void 0 || context.target.kind === "machine" ? interval2 : limitToProgram(interval2, input),
    someRatio: series.mean(`psi.${resource}.someRatio`, subject),
    fullRatio: series.mean(`psi.${resource}.fullRatio`, subject),
    scope: own ?? "the machine"
  };
}
function limitToProgram(machine, { series, time, context }) {
  const busyCpus = (series.mean("cpu.userRatio") + series.mean("cpu.systemRatio")) * context.host.cpuCount;
  const busyNs = (busyCpus - orZero(series.mean("autotune.cpuCpus"))) * context.durationNs;
  const part = busyNs > 0 ? Math.min(1, time.runningNs / busyNs) : 0;
  const notRunning = Math.max(0, 1 - time.runningNs / context.durationNs);
  const scaled = scaleInterval(machine, part);
  return {
    estimate: Math.min(scaled.estimate, notRunning),
    low: Math.min(scaled.low, notRunning),
    high: Math.min(scaled.high, notRunning)
  };
}
function targetCgroups({ process, series, time }) {
  const paths = /* @__PURE__ */ new Set();
  for (let row = 0; row < process.length; row++) {
    const path = textAt(process.cgroup, row);
    if (path !== void 0 && time.isMember(row)) paths.add(path);
  }
  const known = /* @__PURE__ */ new Set([
    ...series.subjects("psi.memory.someRatio"),
    ...series.subjects("psi.io.someRatio"),
    ...series.subjects("cgroup.memoryLimitBytes")
  ]);
  const above = [...known].filter((ancestor) => ancestor !== "" && ancestor !== "/" && [...paths].some((path) => isWithin(path, ancestor)));
  return above.sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}
function hasPressure(series, resource, path) {
  return series.readings(`psi.${resource}.someRatio`, path) !== void 0;
}

// src/detectors/io-pressure.ts
var ioPressure = defineDetector({
  id: "io-pressure",
  needs: ["process", "series", "metric"],
  wants: TIME_TABLES,
  metrics: {
    someRatio: "Share of time in which at least one task waited for I/O.",
    fullRatio: "Share of time in which all tasks waited for I/O.",
    deviceBusyRatio: "Share of time the busiest device had a request in flight.",
    deviceInFlightCount: "Requests in flight on it, on average.",
    deviceReadRatio: "Share of its time in requests that went into reads.",
    readLatencyNs: "Mean time of a read on it.",
    writeLatencyNs: "Mean time of a write on it.",
    readPerSec: "Reads completed by it.",
    writePerSec: "Writes completed by it.",
    readBytesPerSec: "Bytes read from it.",
    writeBytesPerSec: "Bytes written to it.",
    dirtyBytes: "Memory waiting to be written.",
    blockedThreadsCount: "Threads of the machine waiting for a disk, on average."
  },
  facts: {
    target: "What was diagnosed.",
    scope: "Whose pressure it is: a cgroup, or the machine.",
    device: "The busiest device."
  },
  detect(tables, context) {
    const series = viewSeries(tables);
    const pressure = readPressure("io", { process: tables.process, series, time: measureTargetTime(tables, context), context });
    if (pressure === void 0) return [];
    const device2 = busiestDevice(series);
    const target = describeTarget(context.target);
    const culprits = device2 === void 0 ? [] : [{ kind: "device", name: shorten(device2), share: 1 }];
    return [
      {
        subject: target,
        metrics: {
          someRatio: pressure.someRatio,
          fullRatio: pressure.fullRatio,
          ...deviceMetrics(series, device2 ?? ""),
          dirtyBytes: series.mean("memory.dirtyBytes"),
          blockedThreadsCount: series.mean("sched.blockedCount")
        },
        facts: { target, scope: shorten(pressure.scope), device: device2 === void 0 ? "unknown" : shorten(device2) },
        share: pressure.share,
        culprits,
        rows: void 0
      }
    ];
  }
});
function busiestDevice(series) {
  const load = (device2) => orZero(series.mean("disk.inFlightCount", device2));
  const busy = (device2) => orZero(series.mean("disk.busyRatio", device2));
  return [...series.subjects("disk.busyRatio")].filter((device2) => busy(device2) > 0).sort((a, b) => load(b) - load(a) || busy(b) - busy(a) || (a < b ? -1 : 1)).at(0);
}
function deviceMetrics(series, device2) {
  const readPerSec = series.mean("disk.readPerSec", device2);
  const writePerSec = series.mean("disk.writePerSec", device2);
  const readLatencyNs = series.mean("disk.readLatencyNs", device2);
  const writeLatencyNs = series.mean("disk.writeLatencyNs", device2);
  const readTime = orZero(readPerSec * readLatencyNs);
  const writeTime = orZero(writePerSec * writeLatencyNs);
  const flushTime = orZero(series.mean("disk.flushPerSec", device2) * series.mean("disk.flushLatencyNs", device2));
  return {
    deviceBusyRatio: series.mean("disk.busyRatio", device2),
    deviceInFlightCount: series.mean("disk.inFlightCount", device2),
    deviceReadRatio: readTime / (readTime + writeTime + flushTime),
    readLatencyNs,
    writeLatencyNs,
    readPerSec,
    writePerSec,
    readBytesPerSec: series.mean("disk.readBytesPerSec", device2),
    writeBytesPerSec: series.mean("disk.writeBytesPerSec", device2)
  };
}

// src/detectors/kernel-lock-contention.ts
var MAX_LOCKS2 = 3;
var kernelLockContention = defineDetector({
  id: "kernel-lock-contention",
  needs: ["process", "lock"],
  wants: [...TIME_TABLES, "thread"],
  metrics: {
    waitingRatio: "Share of the target's time its threads waited for the lock.",
    waitPerSec: "Waits for it.",
    meanWaitNs: "How long one of them took on average.",
    maxWaitNs: "The longest.",
    waiterThreadsCount: "Threads that waited for it.",
    spinRatio: "Share of the waiting that was spinning on a CPU."
  },
  facts: {
    lock: "The lock, by what it protects where that is known, else by the function that takes it.",
    caller: "What the kernel took it for.",
    owner: "The thread that had it most, where the lock says.",
    process: "The process that waits for it most."
  },
  detect(tables, context) {
    const { lock } = tables;
    const time = measureTargetTime(tables, context);
    const names = nameWaits(tables);
    const bins = binsFor(lock, context);
    const found = findLocks(lock, time, names);
    const wholeNs = activeTime2({ bins, time, context });
    for (const { rows } of found) for (const row of rows) if (!isSpin(lock, row)) addRow(bins, lock, row, wholeNs);
    return found.slice(0, MAX_LOCKS2).map((contended) => {
      const partNs = new Float64Array(bins.count);
      for (const row of contended.rows) addRow(bins, lock, row, partNs);
      const sumNs = wholeNs.reduce((sum2, ns) => sum2 + ns, 0);
      const share = scaleInterval(ratioInterval(partNs, wholeNs), sumNs / Math.max(sumNs, time.totalNs));
      const facts = describe(tables, names, contended);
      const culprits = [
        { kind: "lock", name: facts.lock, share: 1 },
        { kind: "function", name: facts.caller, share: 1 },
        { kind: "process", name: facts.process, share: 1 }
      ];
      return {
        subject: facts.process,
        metrics: measure2(lock, contended, { share: share.estimate, context }),
        facts,
        share,
        culprits,
        rows: void 0
      };
    });
  }
});
function findLocks(lock, { isMember }, names) {
  const locks = /* @__PURE__ */ new Map();
  const nameOf = /* @__PURE__ */ new Map();
  for (let row = 0; row < lock.length; row++) {
    const name = lockName(names.kernelFunctions(lock.kernelCallchain[row]));
    if (name !== void 0 && !nameOf.has(lock.address[row])) nameOf.set(lock.address[row], name);
  }
  for (let row = 0; row < lock.length; row++) {
    if (!isMember(lock.process[row]) || !(lock.ns[row] > 0)) continue;
    const name = nameOf.get(lock.address[row]) ?? `0x${lock.address[row].toString(16)}`;
    const contended = locks.get(name) ?? { name, rows: [], ns: 0 };
    locks.set(name, contended);
    contended.rows.push(row);
    contended.ns += lock.ns[row];
  }
  return [...locks.values()].sort((a, b) => b.ns - a.ns || (a.name < b.name ? -1 : 1));
}
var lockFunction = /^(_*(raw_)?(spin|read|write|mutex|ww_mutex|rt_mutex|rwsem|percpu|down|up|osq|native_queued|queued|__pv_queued|pv_)\w*|__contention_\w+|trace_contention\w*|_*schedule\w*|mmap_(read|write)_lock\w*|lock_mm_and_find_vma|lock_vma_under_rcu|do_futex\w*_lock)$/;
var knownLocks = [
  [
    /mmap|munmap|mprotect|\bbrk\b|vm_brk|madvise|do_user_addr_fault|exc_page_fault|handle_mm_fault|lock_mm_and_find_vma|dup_mmap|exit_mm|mremap/,
    "mmap_lock"
  ],
  [/futex_(wait|wake|q_lock|hash|setup|requeue)/, "futex hash bucket lock"],
  [/ep_(poll|insert|remove|send)|epoll/, "epoll lock"],
  [/pipe_(read|write|release|fcntl)|anon_pipe/, "pipe lock"],
  [
    /(path_openat|open_last_lookups|lookup_slow|iterate_dir|vfs_(create|unlink|rename|mkdir|rmdir|link)|do_(unlinkat|renameat2|mkdirat))/,
    "directory inode lock"
  ],
  [/(ext4|xfs|btrfs|generic)_(file|buffered)\w*write|file_write_iter/, "inode lock"],
  [/jbd2_|start_this_handle/, "journal lock"],
  [/lock_sock|release_sock|tcp_(sendmsg|recvmsg)/, "socket lock"],
  [/try_to_wake_up|rq_lock|task_rq/, "run queue lock"],
  [/folio_lruvec|lru_add|lru_cache|release_pages/, "LRU lock"],
  [/get_page_from_freelist|rmqueue|free_(unref|pcppages|one)/, "zone lock of the page allocator"]
];
function lockName(functions2) {
  const taker = functions2.find((name) => !lockFunction.test(name));
  if (taker === void 0) return void 0;
  for (const [pattern, name] of knownLocks) if (functions2.slice(0, 12).some((candidate) => pattern.test(candidate))) return name;
  return `a lock taken by ${taker}`;
}
function isSpin(lock, row) {
  return textAt(lock.kind, row) === "spin";
}
function addRow(bins, { timeNs, durationNs, ns, maxNs }, row, sums) {
  spreadRow(bins, { timeNs: timeNs[row], durationNs: durationNs[row], ns: ns[row], maxNs: maxNs[row] }, (bin, part) => {
    sums[bin] += part;
  });
}
function activeTime2({
  bins,
  time,
  context
}) {
  const activeNs = new Float64Array(bins.count);
  const add = (bin, ns) => {
    activeNs[bin] += ns;
  };
  if (time.slices === void 0) {
    spread2(bins, { startNs: 0, endNs: context.durationNs, ns: time.runningNs }, add);
    return activeNs;
  }
  const { timeNs, durationNs, runningNs: runningNs2, runnableNs } = time.slices;
  for (let slice = 0; slice < timeNs.length; slice++) {
    spread2(bins, { startNs: timeNs[slice], endNs: timeNs[slice] + durationNs[slice], ns: runningNs2[slice] + runnableNs[slice] }, add);
  }
  return activeNs;
}
function measure2(lock, { rows, ns }, { share, context }) {
  let waits = 0;
  let maxWaitNs = 0;
  let spinNs = 0;
  for (const row of rows) {
    waits += lock.count[row];
    maxWaitNs = Math.max(maxWaitNs, lock.maxNs[row]);
    if (isSpin(lock, row)) spinNs += lock.ns[row];
  }
  return {
    waitingRatio: share,
    waitPerSec: waits / (context.durationNs / 1e9),
    meanWaitNs: ns / Math.max(1, waits),
    maxWaitNs,
    waiterThreadsCount: new Set(rows.map((row) => lock.tid[row])).size,
    spinRatio: spinNs / ns
  };
}
function describe(tables, names, { name, rows }) {
  const { lock, process } = tables;
  const callers = /* @__PURE__ */ new Map();
  const owners = /* @__PURE__ */ new Map();
  const processes = /* @__PURE__ */ new Map();
  const add = (sums, key, row) => {
    if (key !== void 0) sums.set(key, (sums.get(key) ?? 0) + lock.ns[row]);
  };
  for (const row of rows) {
    const functions2 = names.kernelFunctions(lock.kernelCallchain[row]);
    add(
      callers,
      functions2.find((candidate) => /^__(x64|arm64|se)_(compat_)?sys_/.test(candidate)) ?? functions2.find((candidate) => !lockFunction.test(candidate)),
      row
    );
    add(owners, lock.ownerTid[row] === NONE ? void 0 : ownerName(tables.thread, names, lock.ownerTid[row]), row);
    add(processes, processLabel(process, lock.process[row]), row);
  }
  return {
    lock: name,
    caller: (heaviest(callers) ?? "unknown code").replace(/^__(?:x64|arm64|se)_(?:compat_)?sys_(\w+)$/, "$1()"),
    owner: heaviest(owners) ?? "not known",
    process: heaviest(processes) ?? "unknown process"
  };
}
function ownerName(thread, names, tid) {
  for (let row = (thread?.length ?? 0) - 1; row >= 0; row--) {
    if (thread !== void 0 && thread.tid[row] === tid) return names.thread(thread.process[row], tid);
  }
  return `tid ${tid}`;
}

// src/detectors/kernel-time.ts
var kernelTime = defineDetector({
  id: "kernel-time",
  needs: ["process", "sample", "callchainStack", "stack", "frame", "symbol"],
  wants: TIME_TABLES,
  metrics: {
    kernelRatio: "Share of the target's samples in the kernel, interrupts left out.",
    userRatio: "Share of the target's samples in user code.",
    interruptRatio: "Share of the target's samples in which an interrupt had its CPU.",
    entryRatio: "Share of the kernel time that the busiest way into the kernel accounts for.",
    functionRatio: "Share of the kernel time in the busiest kernel function itself.",
    sampleCount: "Samples of the target, counted as if all weighed the same."
  },
  facts: {
    entry: "The busiest way into the kernel: a system call, page fault, or kernel for kernel threads and the rest.",
    kernelFunction: "The busiest kernel function.",
    caller: "The function that asked for most of it.",
    process: "The process it ran for most."
  },
  detect(tables, context) {
    if (context.sampling?.kernel === false) return [];
    const time = measureTargetTime(tables, context);
    const profile = addUp2(tables, time);
    if (!(profile.ns > 0) || !(time.totalNs > 0)) return [];
    const kernelRatio = profile.kernelNs / profile.ns;
    const process = profile.kernelNs > 0 ? processLabel(tables.process, profile.process.key) : "";
    const of = (ns) => profile.kernelNs > 0 ? Math.min(1, ns / profile.kernelNs) : 0;
    const culprits = profile.kernelNs > 0 ? [
      { kind: "process", name: process, share: of(profile.process.ns) },
      { kind: "function", name: profile.caller, share: Math.min(1, profile.callerNs / profile.ns) }
    ] : [];
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          kernelRatio,
          userRatio: 1 - (profile.kernelNs + profile.interruptNs) / profile.ns,
          interruptRatio: profile.interruptNs / profile.ns,
          entryRatio: of(profile.entryNs),
          functionRatio: of(profile.functionNs),
          sampleCount: profile.effectiveCount
        },
        facts: { entry: profile.entry, kernelFunction: profile.kernelFunction, caller: profile.caller, process },
        share: scaleInterval(wilsonInterval(kernelRatio, profile.effectiveCount), time.runningNs / time.totalNs),
        culprits,
        rows: void 0
      }
    ];
  }
});
function addUp2(tables, time) {
  const { sample } = tables;
  const tree = buildCallTree(tables);
  const blamed = blameNodes(tree);
  const { entryOf, names } = findKernelEntries(tree);
  const total = weighSamples(tables, tree, (row) => time.isMember(sample.process[row]));
  const byEntry = new Tally();
  const byFunction = new Tally();
  const byCaller = new Tally();
  let interruptNs = 0;
  for (let node = 0; node < entryOf.length; node++) {
    const ns = total.selfNs[node];
    if (ns === 0 || entryOf[node] === NONE) continue;
    if (entryOf[node] === INTERRUPT) {
      interruptNs += ns;
      continue;
    }
    byEntry.add(entryOf[node], ns);
    byFunction.add(tree.functionOf[node], ns);
    byCaller.add(tree.functionOf[blamed[node]], ns);
  }
  const nameOf = (id) => id === NONE ? "" : tree.functions[id].name;
  const [entry, leaf, caller] = [shareAnyCall(byEntry).largest(), byFunction.largest(), byCaller.largest()];
  return {
    ns: total.ns,
    effectiveCount: total.effectiveCount,
    kernelNs: byEntry.total,
    interruptNs,
    entry: entry.key === NONE ? "" : names[entry.key],
    entryNs: entry.ns,
    kernelFunction: nameOf(leaf.key),
    functionNs: leaf.ns,
    caller: nameOf(caller.key),
    callerNs: caller.ns,
    process: timeByProcess(tables, tree, { time, entryOf }).largest()
  };
}
function timeByProcess(tables, tree, { time, entryOf }) {
  const { sample } = tables;
  const byProcess = new Tally();
  for (let row = 0; row < sample.length; row++) {
    const leaf = time.isMember(sample.process[row]) ? leafOf(tables, tree, row) : NONE;
    if (leaf !== NONE && entryOf[leaf] !== NONE && entryOf[leaf] !== INTERRUPT) byProcess.add(sample.process[row], sample.weightNs[row]);
  }
  return byProcess;
}

// src/detectors/listen-overflow.ts
var RETRY_NS = 1e9;
var listenOverflow = defineDetector({
  id: "listen-overflow",
  needs: ["process", "series", "metric"],
  wants: [...TIME_TABLES, "syscall"],
  metrics: {
    overflowPerSec: "Connections dropped because an accept queue was full.",
    dropPerSec: "Connections dropped in a listening socket for any reason.",
    overflowRatio: "Dropped connections over those accepted and dropped.",
    acceptPerSec: "Connections accepted on this machine.",
    clientWaitNs: "Time that clients wait at least before they try again, per second."
  },
  facts: { target: "What was diagnosed." },
  detect(tables, context) {
    const series = viewSeries(tables);
    const time = measureTargetTime(tables, context);
    const overflows = series.readings("tcp.listenOverflowPerSec");
    const overflowPerSec = series.mean("tcp.listenOverflowPerSec");
    if (overflows === void 0 || !(time.totalNs > 0)) return [];
    if (context.target.kind !== "machine" && tables.syscall !== void 0 && !accepts(tables.syscall, time.isMember)) return [];
    const acceptPerSec = series.mean("tcp.passiveOpenPerSec");
    const clientWaitNs = overflowPerSec * RETRY_NS;
    const lostNs = clientWaitNs * context.durationNs / 1e9;
    const spread4 = ratioInterval(
      overflows.values,
      overflows.values.map((value) => value + 1)
    );
    const target = describeTarget(context.target);
    return [
      {
        subject: target,
        metrics: {
          overflowPerSec,
          dropPerSec: series.mean("tcp.listenDropPerSec"),
          overflowRatio: overflowPerSec > 0 ? overflowPerSec / (overflowPerSec + orZero(acceptPerSec)) : 0,
          acceptPerSec,
          clientWaitNs
        },
        facts: { target },
        share: recentre(spread4, lostNs / (time.totalNs + lostNs)),
        culprits: [],
        rows: void 0
      }
    ];
  }
});
function accepts(syscall, isMember) {
  for (let row = 0; row < syscall.length; row++) {
    const name = isMember(syscall.process[row]) ? nameAt(syscall, row) : "";
    if (callGroup(name) === "connection" && name.startsWith("accept")) return true;
  }
  return false;
}

// src/detectors/major-faults.ts
var majorFaults = defineDetector({
  id: "major-faults",
  needs: ["process", "wait"],
  wants: [...TIME_TABLES, "fault", "blockIo"],
  metrics: {
    waitRatio: "Share of the target's time it waited for pages.",
    waitNs: "Mean length of such a wait.",
    longestNs: "The longest.",
    majorPerSec: "Page faults that had to wait for a device.",
    readBytesPerSec: "What the target read from the device.",
    latencyNs: "Mean time of a read in the device."
  },
  facts: {
    functionName: "The function that waited most.",
    process: "The process that waited most.",
    device: "The device read from."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    if (!(time.totalNs > 0)) return [];
    const { wait, fault, process, blockIo } = tables;
    const seconds = context.durationNs / 1e9;
    const waits = sumLostWaits({ tables, time, context }, (row) => reasonAt(wait, row) === "pageFault");
    const reads = sumRequests({ process, blockIo, time, durationNs: context.durationNs }, (operation) => operation === "read");
    let majorCount = 0;
    for (let row = 0; row < (fault?.length ?? 0); row++) {
      if (fault !== void 0 && time.isMember(fault.process[row])) majorCount += fault.majorCount[row];
    }
    const devices = reads.count > 0 ? [{ kind: "device", name: reads.device, share: reads.share }] : [];
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          waitRatio: waits.share.estimate,
          waitNs: waits.ns / waits.count,
          longestNs: waits.maxNs,
          majorPerSec: fault === void 0 ? waits.count / seconds : majorCount / seconds,
          readBytesPerSec: blockIo === void 0 ? Number.NaN : reads.sizeBytes / seconds,
          latencyNs: reads.latencyNs
        },
        facts: { functionName: waits.functionName, process: waits.process, device: reads.device },
        share: waits.share,
        culprits: waits.ns > 0 ? [...waits.culprits, ...devices] : [],
        rows: waits.rows
      }
    ];
  }
});

// src/detectors/memory-pressure.ts
var memoryPressure = defineDetector({
  id: "memory-pressure",
  needs: ["process", "series", "metric"],
  wants: TIME_TABLES,
  metrics: {
    someRatio: "Share of time in which at least one task stalled on memory.",
    fullRatio: "Share of time in which all tasks stalled on memory.",
    availableRatio: "Memory that can be had without swapping, over all memory.",
    directReclaimPerSec: "Pages that tasks had to free themselves.",
    swapPerSec: "Pages read from and written to swap.",
    refaultPerSec: "Pages that were evicted and needed again.",
    limitHitPerSec: "Times the cgroup ran into its memory limit, or was slowed down near it.",
    limitUsedRatio: "Memory of the cgroup over its limit.",
    evidencePerSec: "Reclaimed, swapped and refaulted pages and limit hits together: proof that memory was short."
  },
  facts: {
    target: "What was diagnosed.",
    scope: "Whose pressure it is: a cgroup, or the machine.",
    cgroup: "The cgroup at its memory limit; empty when none is."
  },
  detect(tables, context) {
    const series = viewSeries(tables);
    const input = { process: tables.process, series, time: measureTargetTime(tables, context), context };
    const pressure = readPressure("memory", input);
    if (pressure === void 0) return [];
    const target = describeTarget(context.target);
    const limited = limitedCgroup(input);
    const culprits = limited === void 0 ? [] : [{ kind: "cgroup", name: shorten(limited), share: 1 }];
    return [
      {
        subject: limited === void 0 ? target : `cgroup ${shorten(limited)}`,
        metrics: { someRatio: pressure.someRatio, fullRatio: pressure.fullRatio, ...memoryMetrics(series, limited) },
        facts: { target, scope: shorten(pressure.scope), cgroup: limited === void 0 ? "" : shorten(limited) },
        share: pressure.share,
        culprits,
        rows: void 0
      }
    ];
  }
});
function memoryMetrics(series, cgroup) {
  const directReclaimPerSec = series.mean("vm.directReclaimPerSec");
  const swapPerSec = sumKnown([series.mean("vm.swapInPerSec"), series.mean("vm.swapOutPerSec")]);
  const refaultPerSec = series.mean("vm.refaultPerSec");
  const limitHitPerSec = cgroup === void 0 ? Number.NaN : limitHits(series, cgroup);
  return {
    availableRatio: series.mean("memory.availableBytes") / series.mean("memory.totalBytes"),
    directReclaimPerSec,
    swapPerSec,
    refaultPerSec,
    limitHitPerSec,
    limitUsedRatio: cgroup === void 0 ? Number.NaN : series.mean("cgroup.memoryBytes", cgroup) / series.mean("cgroup.memoryLimitBytes", cgroup),
    evidencePerSec: sumKnown([directReclaimPerSec, swapPerSec, refaultPerSec, limitHitPerSec])
  };
}
function limitedCgroup(input) {
  const { series, context } = input;
  const names = ["cgroup.memoryLimitHitPerSec", "cgroup.memoryHighPerSec"];
  const all = [...new Set(names.flatMap((name) => series.subjects(name)))];
  const own = context.target.kind === "machine" ? all : all.filter((path) => targetCgroups(input).includes(path));
  const hit = own.filter((path) => limitHits(series, path) > 0);
  return hit.sort((a, b) => limitHits(series, b) - limitHits(series, a) || (a < b ? -1 : 1)).at(0);
}
function limitHits(series, cgroup) {
  return sumKnown([series.mean("cgroup.memoryLimitHitPerSec", cgroup), series.mean("cgroup.memoryHighPerSec", cgroup)]);
}
function sumKnown(values) {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? Number.NaN : known.reduce((sum2, value) => sum2 + value, 0);
}

// src/detectors/metadata-storm.ts
var metadataStorm = defineDetector({
  id: "metadata-storm",
  needs: ["process", "syscall", "wait"],
  wants: TIME_TABLES,
  metrics: {
    cpuRatio: "Share of the target's time it computed in these calls.",
    callPerSec: "Calls.",
    callNs: "Mean CPU time of a call.",
    errorRatio: "Share of the calls that failed, mostly for files that do not exist.",
    topRatio: "Share of their time that the busiest call took."
  },
  facts: {
    call: "The call that took most.",
    functionName: "The function that made most of them.",
    process: "The process that made most of them."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    if (!(time.totalNs > 0)) return [];
    const closing = closesFiles(tables.syscall, time.isMember);
    const calls = sumCalls({ tables, time, context }, (name) => {
      const group = callGroup(name);
      return group === "metadata" || closing && group === "closing";
    });
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          cpuRatio: calls.share.estimate,
          callPerSec: calls.count * 1e9 / context.durationNs,
          callNs: calls.cpuNs / calls.count,
          errorRatio: calls.errorCount / calls.count,
          topRatio: calls.callRatio
        },
        facts: { call: calls.call, functionName: calls.functionName, process: calls.process },
        share: calls.share,
        culprits: calls.culprits,
        rows: calls.rows
      }
    ];
  }
});

// src/detectors/ping-pong.ts
var MAX_PAIRS = 3;
var pingPong = defineDetector({
  id: "ping-pong",
  needs: ["process", "wait", "threadTime"],
  wants: [...waitTables.filter((name) => name !== "threadTime")],
  metrics: {
    waitingRatio: "Share of the target's time these threads waited for each other.",
    handOverPerSec: "Times that one of them gave the turn to the other.",
    meanRunNs: "How long one of them ran on average, until it waited for the other again.",
    meanWaitNs: "How long one of them waited on average."
  },
  facts: {
    first: "One of the two.",
    second: "The other."
  },
  detect(tables, context) {
    const loss = measureWaitLoss(tables, context);
    if (!(loss.totalNs > 0)) return [];
    const ran = timeByThread(tables.threadTime);
    return findPairs(tables.wait, loss).slice(0, MAX_PAIRS).map(({ nodes, rows, ns, turns, count }) => {
      const ends = nodes.map((node) => loss.graph.nodes[node]);
      const share = loss.shareOf(timeByBin(loss, tables.wait, rows));
      const names = ends.map(({ process, tid }) => `${loss.names.thread(process, tid)} of ${processLabel(tables.process, process)}`);
      const ranNs = ends.reduce((sum2, { process, tid }) => sum2 + (ran.get(threadKey(process, tid)) ?? 0), 0);
      const culprits = names.map((name) => ({ kind: "thread", name, share: 0.5 }));
      return {
        subject: processLabel(tables.process, ends[0].process),
        metrics: {
          waitingRatio: share.estimate,
          handOverPerSec: 2 * turns / (context.durationNs / 1e9),
          meanRunNs: ranNs / (2 * turns),
          meanWaitNs: ns / count
        },
        facts: { first: names[0], second: names[1] },
        share,
        culprits,
        rows: void 0
      };
    });
  }
});
function findPairs(wait, { graph, time, names }) {
  const pairs = /* @__PURE__ */ new Map();
  for (let row = 0; row < wait.length; row++) {
    const [waiter, waker] = [graph.waiterOf[row], graph.wakerOf[row]];
    if (waker === NONE || waiter === waker || textAt(wait.reason, row) === "kernelLock" || kindOfWait(wait, row, names) === "lock") continue;
    const nodes = [Math.min(waiter, waker), Math.max(waiter, waker)];
    const pair = pairs.get(nodes.join()) ?? { nodes, rows: [], ns: 0, count: 0, counts: [0, 0], turns: 0 };
    pairs.set(nodes.join(), pair);
    pair.counts[waiter === nodes[0] ? 0 : 1] += wait.count[row];
    pair.turns = Math.min(...pair.counts);
    if (!time.isMember(wait.process[row])) continue;
    pair.rows.push(row);
    pair.ns += wait.ns[row];
    pair.count += wait.count[row];
  }
  return [...pairs.values()].filter(({ turns, rows }) => turns > 0 && rows.length > 0).sort((a, b) => b.turns - a.turns || a.nodes[0] - b.nodes[0] || a.nodes[1] - b.nodes[1]);
}
function timeByThread(threadTime) {
  const ran = /* @__PURE__ */ new Map();
  for (let row = 0; row < threadTime.length; row++) {
    if (threadTime.state[row] !== ThreadState.Running) continue;
    const key = threadKey(threadTime.process[row], threadTime.tid[row]);
    ran.set(key, (ran.get(key) ?? 0) + threadTime.ns[row]);
  }
  return ran;
}

// src/detectors/pinned-threads.ts
var FULL_IDLE_RATIO = 0.1;
var pinnedThreads = defineDetector({
  id: "pinned-threads",
  needs: ["process", "threadTime", "series", "metric"],
  wants: [...TIME_TABLES, "thread", "runQueue"],
  metrics: {
    pinnedRatio: "Share of the target's time it queued although idle CPUs could have run it.",
    queuedRatio: "Share of the target's time it queued, quotas left out.",
    idleWhileQueuedRatio: "Share of the CPUs that were idle in the moments when it queued.",
    fullCpuCount: "CPUs with less than a tenth of idle time.",
    cpuCount: "CPUs of the machine.",
    occupantRatio: "Share of the queueing behind the threads that are named."
  },
  facts: {
    target: "What was diagnosed.",
    occupants: "The threads that had the CPU."
  },
  detect(tables, context) {
    const series = viewSeries(tables);
    const time = measureTargetTime(tables, context);
    const queue = divideRunQueue({ tables, series, time, context });
    const idle2 = series.readings("cpu.idleRatio");
    if (queue === void 0 || idle2 === void 0 || !(time.totalNs > 0)) return [];
    const { queuedNs, pinnedNs, idleNs, spanNs } = laidAgainstIdle(queue, series, context.host.cpuCount);
    const activeNs = queue.slices.runningNs.map((ns, slice) => ns + queue.slices.runnableNs[slice]);
    const share = scaleInterval(ratioInterval(pinnedNs, activeNs), sumOf4(activeNs) / time.totalNs);
    const occupants = findOccupants2(tables, time);
    const target = describeTarget(context.target);
    return [
      {
        subject: target,
        metrics: {
          pinnedRatio: share.estimate,
          queuedRatio: sumOf4(queuedNs) / time.totalNs,
          idleWhileQueuedRatio: spanNs > 0 ? idleNs / spanNs : Number.NaN,
          fullCpuCount: countFull(series),
          cpuCount: context.host.cpuCount,
          occupantRatio: Math.min(
            1,
            occupants.reduce((sum2, { share: part }) => sum2 + part, 0)
          )
        },
        facts: { target, occupants: occupants.map(({ name }) => name).join(", ") || "not known" },
        share,
        culprits: occupants,
        rows: void 0
      }
    ];
  }
});
function laidAgainstIdle({ slices, ownQueueNs, competitorNs }, series, cpuCount) {
  const idle2 = series.readings("cpu.idleRatio");
  const iowait = series.readings("cpu.iowaitRatio");
  const queuedNs = ownQueueNs.map((ns, slice) => ns + competitorNs[slice]);
  let idleNs = 0;
  let spanNs = 0;
  const pinnedNs = queuedNs.map((ns, slice) => {
    const middleNs = slices.timeNs[slice] + slices.durationNs[slice] / 2;
    const reading = idle2 === void 0 ? NONE : readingAt(idle2, middleNs);
    if (idle2 === void 0 || reading === NONE || !(ns > 0)) return 0;
    const waiting = iowait === void 0 ? NONE : readingAt(iowait, middleNs);
    const idleRatio = idle2.values[reading] + (iowait === void 0 || waiting === NONE ? 0 : iowait.values[waiting]);
    idleNs += ns * idleRatio;
    spanNs += ns;
    return Math.min(ns, idleRatio * cpuCount * slices.durationNs[slice]);
  });
  return { queuedNs, pinnedNs, idleNs, spanNs };
}
function countFull(series) {
  const cpus = series.subjects("cpu.idleRatio").filter((subject) => subject !== "");
  if (cpus.length === 0) return Number.NaN;
  const idleOf = (cpu) => meanOverTime(series.readings("cpu.idleRatio", cpu)) + orZero(meanOverTime(series.readings("cpu.iowaitRatio", cpu)));
  return cpus.filter((cpu) => idleOf(cpu) < FULL_IDLE_RATIO).length;
}
var MAX_OCCUPANTS = 3;
function findOccupants2({ process, thread, runQueue }, { isMember }) {
  const byTid = new Tally();
  for (let row = 0; row < (runQueue?.length ?? 0); row++) {
    if (runQueue !== void 0 && isMember(runQueue.process[row]) && runQueue.occupantTid[row] !== NONE) {
      byTid.add(runQueue.occupantTid[row], runQueue.ns[row]);
    }
  }
  const names = nameWaits({ process, thread });
  const rowOf = /* @__PURE__ */ new Map();
  for (let row = 0; row < (thread?.length ?? 0); row++) if (thread !== void 0) rowOf.set(thread.tid[row], thread.process[row]);
  return byTid.sorted().slice(0, MAX_OCCUPANTS).map(([tid, ns]) => {
    const row = rowOf.get(tid);
    const name = row === void 0 ? `tid ${tid}` : `${names.thread(row, tid)} of ${processLabel(process, row)}`;
    return { kind: "thread", name, share: Math.min(1, ns / byTid.total) };
  });
}
function sumOf4(values) {
  return values.reduce((sum2, ns) => sum2 + ns, 0);
}

// src/detectors/reclaim.ts
var reclaim = defineDetector({
  id: "reclaim",
  needs: ["process", "wait"],
  wants: [...TIME_TABLES, "kernelEvent"],
  metrics: {
    lostRatio: "Share of the target's time it freed memory, moved it, or was held back.",
    reclaimPerSec: "Times it had to free memory itself.",
    cgroupReclaimPerSec: "Of them, for the limit of a control group.",
    compactionPerSec: "Times it had to move memory to get a large piece.",
    compactionNs: "Time it moved memory.",
    throttledNs: "Time it was held back at memory.high."
  },
  facts: {
    process: "The process that lost most.",
    functionName: "The function that waited most."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    if (!(time.totalNs > 0)) return [];
    const { wait, kernelEvent, process } = tables;
    const isMember = (row) => kernelEvent !== void 0 && time.isMember(kernelEvent.process[row]);
    const direct = sumEvents(kernelEvent, ["directReclaim", "cgroupReclaim"], isMember);
    const cgroup = sumEvents(kernelEvent, ["cgroupReclaim"], isMember);
    const compaction = sumEvents(kernelEvent, ["compaction"], isMember);
    const events = sumEvents(kernelEvent, ["directReclaim", "cgroupReclaim", "compaction"], isMember);
    const throttled = sumLostWaits({ tables, time, context }, (row) => reasonAt(wait, row) === "memoryThrottle");
    const reasons = events.ns > 0 ? ["memoryThrottle"] : ["memoryThrottle", "reclaim"];
    const waits = sumLostWaits({ tables, time, context }, (row) => reasons.includes(reasonAt(wait, row)));
    const bins = new LossBins(context.durationNs);
    const byProcess = new Tally();
    const add = (process2, span) => {
      bins.add(span.timeNs, span.timeNs + span.durationNs, span.ns);
      byProcess.add(process2, span.ns);
    };
    for (let row = events.rows?.first ?? 0; kernelEvent !== void 0 && row < (events.rows?.end ?? 0); row++) {
      if (isMember(row))
        add(kernelEvent.process[row], { timeNs: kernelEvent.timeNs[row], durationNs: kernelEvent.durationNs[row], ns: kernelEvent.ns[row] });
    }
    for (let row = waits.rows?.first ?? 0; row < (waits.rows?.end ?? 0); row++) {
      if (!time.isMember(wait.process[row]) || !reasons.includes(reasonAt(wait, row))) continue;
      add(wait.process[row], { timeNs: wait.timeNs[row], durationNs: wait.durationNs[row], ns: wait.ns[row] });
    }
    const share = bins.share(time);
    const largest2 = byProcess.largest();
    const name = largest2.key === NONE ? "unknown process" : processLabel(process, largest2.key);
    const culprits = byProcess.total > 0 ? [{ kind: "process", name, share: largest2.ns / byProcess.total }] : [];
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          lostRatio: share.estimate,
          reclaimPerSec: perSecond2(kernelEvent === void 0 ? Number.NaN : direct.count, context),
          cgroupReclaimPerSec: perSecond2(kernelEvent === void 0 ? Number.NaN : cgroup.count, context),
          compactionPerSec: perSecond2(kernelEvent === void 0 ? Number.NaN : compaction.count, context),
          compactionNs: kernelEvent === void 0 ? Number.NaN : compaction.ns,
          throttledNs: throttled.ns
        },
        facts: { process: name, functionName: waits.functionName },
        share,
        culprits,
        rows: events.rows ?? waits.rows
      }
    ];
  }
});
function perSecond2(count, { durationNs }) {
  return count * 1e9 / durationNs;
}

// src/detectors/remote-wait.ts
var remoteWait = defineDetector({
  id: "remote-wait",
  needs: ["process", "wait"],
  wants: [...TIME_TABLES, "kernelEvent"],
  metrics: {
    waitRatio: "Share of the target's time it waited for peers over the network.",
    waitPerSec: "Such waits.",
    waitNs: "Mean length of one.",
    longestNs: "The longest."
  },
  facts: {
    peer: "The peer the target connected to most often while we looked.",
    functionName: "The function that waited most.",
    process: "The process that waited most.",
    call: "The call that most of it was in."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    if (!(time.totalNs > 0)) return [];
    const { wait, kernelEvent } = tables;
    const connects = sumEvents(kernelEvent, ["connect"], (row) => kernelEvent !== void 0 && time.isMember(kernelEvent.process[row]));
    const peer = connects.bySubject.sorted().find(([subject]) => !isLocal(subject));
    const isAllLocal = connects.count > 0 && peer === void 0;
    const waits = sumLostWaits({ tables, time, context }, (row) => {
      if (isAllLocal || textAt(wait.wakerKind, row) !== "interrupt") return false;
      return /^(socketReceive|connect|socketSend)$/.test(reasonAt(wait, row));
    });
    const name = shorten(peer?.[0] ?? "a peer it was connected to before");
    const peers = peer === void 0 ? [] : [{ kind: "peer", name, share: peer[1] / connects.bySubject.total }];
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          waitRatio: waits.share.estimate,
          waitPerSec: waits.count * 1e9 / context.durationNs,
          waitNs: waits.ns / waits.count,
          longestNs: waits.maxNs
        },
        facts: {
          peer: name,
          functionName: waits.functionName,
          process: waits.process,
          call: waits.syscall
        },
        share: waits.share,
        culprits: waits.ns > 0 ? [...peers, ...waits.culprits] : [],
        rows: waits.rows
      }
    ];
  }
});
function isLocal(subject) {
  return /^(127\.|0:0:0:0:0:0:0:1:|::1\b|0:0:0:0:0:ffff:7f)/.test(subject);
}

// src/detectors/retransmits.ts
var MIN_TIMEOUT_NS = 2e8;
var retransmits = defineDetector({
  id: "retransmits",
  needs: ["process", "series", "metric", "wait"],
  wants: [...TIME_TABLES, "kernelEvent"],
  metrics: {
    retransmitRatio: "Segments sent again over segments sent.",
    retransmitPerSec: "Segments sent again.",
    socketWaitRatio: "Share of the target's time it waited for sockets.",
    peerRatio: "Share of the losses on the way to the worst peer."
  },
  facts: {
    peer: "The peer with most losses.",
    process: "The process that waited most for sockets.",
    functionName: "The function that waited most for sockets."
  },
  detect(tables, context) {
    const series = viewSeries(tables);
    const time = measureTargetTime(tables, context);
    const retransmitPerSec = series.mean("tcp.retransmitPerSec");
    const sentPerSec = series.mean("tcp.sendSegmentPerSec");
    if (!(time.totalNs > 0) || Number.isNaN(retransmitPerSec + sentPerSec)) return [];
    const { wait, kernelEvent } = tables;
    const waits = sumLostWaits({ tables, time, context }, (row) => /^(socketSend|socketReceive|connect)$/.test(reasonAt(wait, row)));
    const losses = sumEvents(kernelEvent, ["retransmit"], () => true);
    const peer = losses.bySubject.largest();
    const timeoutNs = retransmitPerSec * MIN_TIMEOUT_NS * context.durationNs / 1e9;
    const peers = peer === void 0 ? [] : [{ kind: "peer", name: shorten(peer.name), share: peer.share }];
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          retransmitRatio: sentPerSec > 0 ? retransmitPerSec / sentPerSec : 0,
          retransmitPerSec,
          socketWaitRatio: waits.share.estimate,
          peerRatio: peer?.share ?? Number.NaN
        },
        facts: { peer: shorten(peer?.name ?? "an unknown peer"), process: waits.process, functionName: waits.functionName },
        share: recentre(waits.share, Math.min(waits.ns, orZero(timeoutNs)) / time.totalNs),
        culprits: [...peers, ...waits.culprits],
        rows: losses.rows
      }
    ];
  }
});

// src/detectors/serial-thread.ts
var ALONE = 0.9;
var serialThread = defineDetector({
  id: "serial-thread",
  needs: ["process", "threadTime"],
  wants: [...TIME_TABLES, "thread", "series", "metric"],
  metrics: {
    serialRatio: "Share of the slices in which the process was active that one thread ran alone, at 90 % of a CPU or more.",
    otherThreadsCount: "Other threads of the process that ran at all.",
    otherThreadsRatio: "Share of the process's CPU time that its other threads used.",
    idleRatio: "Share of the CPU time of the machine nobody used.",
    cpuCount: "CPUs of the machine."
  },
  facts: {
    process: "The process.",
    thread: "Its busiest thread."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    const row = busiestProcess(time);
    if (row === NONE || !(time.totalNs > 0)) return [];
    const { serialNs, activeNs, serialCount, activeCount, perThread } = readThreads(tables.threadTime, row);
    const { key: busiestTid, ns: busiestNs } = perThread.largest();
    const processNs = perThread.total;
    if (processNs === 0) return [];
    const process = processLabel(tables.process, row);
    const thread = threadLabel(tables.thread, row, busiestTid);
    const series = viewSeries(tables);
    const culprit = { kind: "thread", name: thread, share: busiestNs / processNs };
    return [
      {
        subject: process,
        metrics: {
          serialRatio: activeCount > 0 ? serialCount / activeCount : 0,
          otherThreadsCount: perThread.size - 1,
          otherThreadsRatio: 1 - busiestNs / processNs,
          idleRatio: series.mean("cpu.idleRatio") + orZero(series.mean("cpu.iowaitRatio")),
          cpuCount: context.host.cpuCount
        },
        facts: { process, thread },
        share: scaleInterval(ratioInterval(serialNs, activeNs), processNs / time.totalNs),
        culprits: [culprit, { kind: "process", name: process, share: 1 }],
        rows: void 0
      }
    ];
  }
});
function busiestProcess({ runningOf }) {
  let busiest2 = NONE;
  for (let row = 0; row < runningOf.length; row++) {
    if (runningOf[row] > 0 && (busiest2 === NONE || runningOf[row] > runningOf[busiest2])) busiest2 = row;
  }
  return busiest2;
}
function readThreads(threadTime, process) {
  const { sliceOf, timeNs, durationNs } = sliceIndex(threadTime);
  const activeNs = new Float64Array(timeNs.length);
  const largestNs = new Float64Array(timeNs.length);
  const perThread = new Tally();
  for (let row = 0; row < threadTime.length; row++) {
    const ns = threadTime.ns[row];
    if (threadTime.process[row] !== process || threadTime.state[row] !== ThreadState.Running || !(ns > 0)) continue;
    const slice = sliceOf[row];
    activeNs[slice] += ns;
    largestNs[slice] = Math.max(largestNs[slice], ns);
    perThread.add(threadTime.tid[row], ns);
  }
  let serialCount = 0;
  let activeCount = 0;
  const serialNs = largestNs.map((largest2, slice) => {
    if (activeNs[slice] > (1 - ALONE) * durationNs[slice]) activeCount++;
    const othersNs = activeNs[slice] - largest2;
    if (largest2 < ALONE * durationNs[slice] || othersNs > (1 - ALONE) * durationNs[slice]) return 0;
    serialCount++;
    return largest2;
  });
  return { serialNs, activeNs, serialCount, activeCount, perThread };
}
function threadLabel(thread, process, tid) {
  for (let row = 0; row < (thread?.length ?? 0); row++) {
    if (thread?.process[row] !== process || thread.tid[row] !== tid) continue;
    return `${shorten(textAt(thread.comm, row) ?? "?")} (tid ${tid})`;
  }
  return `tid ${tid}`;
}

// src/detectors/signal-storm.ts
var delivery = /^(arch_do_signal_or_restart|do_signal|get_signal|handle_signal|setup_rt_frame|x64_setup_rt_frame|get_sigframe)$/;
var signalStorm = defineDetector({
  id: "signal-storm",
  needs: ["process", "sample", "kernelEvent"],
  wants: TIME_TABLES,
  metrics: {
    costRatio: "Share of the target's time that the kernel spent on signals.",
    signalPerSec: "Signals the target sent.",
    subjectRatio: "Share of them that went to the most frequent addressee."
  },
  facts: {
    subject: "The most frequent signal and its addressee.",
    sender: "The process that sent most.",
    functionName: "The function in which most of it happened."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    const work = sampleKernelWork({ tables, time, context });
    if (work === void 0 || !(time.totalNs > 0) || !(time.runningNs > 0)) return [];
    const { kernelEvent, process } = tables;
    const events = sumEvents(kernelEvent, ["signal"], (row) => time.isMember(kernelEvent.process[row]));
    const calls = work.of((entry) => entry.endsWith("()") && callGroup(entry.slice(0, -2)) === "signal");
    const delivered = work.within((name) => delivery.test(name));
    const ns = calls.ns + delivered.ns;
    const ratio2 = Math.min(1, ns / time.totalNs);
    const sender = processLabel(process, events.byProcess.largest().key);
    const subject = events.bySubject.largest();
    const caller = calls.caller ?? delivered.caller;
    const culprits = caller === void 0 ? [] : [{ kind: "function", name: caller.name, share: caller.share }];
    if (events.count > 0) culprits.push({ kind: "process", name: sender, share: events.byProcess.largest().ns / events.byProcess.total });
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          costRatio: ratio2,
          signalPerSec: events.count * 1e9 / context.durationNs,
          subjectRatio: subject?.share ?? Number.NaN
        },
        facts: { subject: shorten(subject?.name ?? "none"), sender, functionName: caller?.name ?? UNKNOWN_FUNCTION },
        share: recentre(wilsonInterval(Math.min(1, ns / time.runningNs), work.sampleCount), ratio2),
        culprits,
        rows: events.rows
      }
    ];
  }
});

// src/detectors/sleep-polling.ts
var MAX_SLEEPERS = 3;
var sleepPolling = defineDetector({
  id: "sleep-polling",
  needs: ["process", "wait", "threadTime"],
  wants: [...waitTables.filter((name) => name !== "threadTime")],
  metrics: {
    sleepingRatio: "Share of the recording in which the thread slept and nothing else of the target ran.",
    sleepPerSec: "Sleeps of a thread.",
    meanSleepNs: "How long one of them took on average.",
    runningRatio: "Share of a thread's time it ran.",
    runPerSleepNs: "How long it ran per sleep on average.",
    otherWaitRatio: "Share of a thread's waiting that was for something else than time to pass.",
    waitedForRatio: "Share of the recording in which another thread waited for it."
  },
  facts: {
    thread: "The thread, or the pool.",
    process: "Its process.",
    functionName: "The function that sleeps."
  },
  detect(tables, context) {
    const loss = measureWaitLoss(tables, context);
    const { bins } = loss.graph;
    const idleNs = timeWithoutRunning(tables.threadTime, loss);
    return findSleepers(tables, loss).slice(0, MAX_SLEEPERS).map((sleeper) => {
      const lifeNs = context.durationNs * sleeper.threads.size;
      const sleptNs = new Float64Array(bins.count);
      for (const row of sleeper.rows) spreadWait(bins, tables.wait, row, (bin, ns) => sleptNs[bin] += ns / sleeper.threads.size);
      const share = ratioInterval(
        sleptNs.map((ns, bin) => Math.min(ns, idleNs[bin])),
        sleptNs.map(() => context.durationNs / bins.count)
      );
      const ranNs = runningNs(tables.threadTime, sleeper);
      const facts = describe2(tables, loss, sleeper);
      const culprits = [
        { kind: "thread", name: facts.thread, share: 1 },
        { kind: "function", name: facts.functionName, share: 1 },
        { kind: "process", name: facts.process, share: 1 }
      ];
      return {
        subject: facts.process,
        metrics: {
          sleepingRatio: share.estimate,
          sleepPerSec: sleeper.count / (lifeNs / 1e9),
          meanSleepNs: sleeper.sleepNs / Math.max(1, sleeper.count),
          runningRatio: ranNs / lifeNs,
          runPerSleepNs: ranNs / Math.max(1, sleeper.count),
          otherWaitRatio: sleeper.otherNs / (sleeper.otherNs + sleeper.sleepNs),
          waitedForRatio: Math.min(1, waitedForNs(loss, sleeper) / context.durationNs)
        },
        facts,
        share,
        culprits,
        rows: void 0
      };
    });
  }
});
function findSleepers({ wait }, { graph, time }) {
  const sleepers = /* @__PURE__ */ new Map();
  for (let row = 0; row < wait.length; row++) {
    if (!time.isMember(wait.process[row]) || !(wait.ns[row] > 0)) continue;
    const group = graph.groups.groupOf(wait.process[row], wait.tid[row]);
    const sleeper = sleepers.get(group) ?? {
      process: wait.process[row],
      threads: /* @__PURE__ */ new Set(),
      rows: [],
      group,
      count: 0,
      sleepNs: 0,
      otherNs: 0
    };
    sleepers.set(group, sleeper);
    sleeper.threads.add(wait.tid[row]);
    if (textAt(wait.reason, row) === "sleep") {
      sleeper.rows.push(row);
      sleeper.count += wait.count[row];
      sleeper.sleepNs += wait.ns[row];
    } else sleeper.otherNs += wait.ns[row];
  }
  return [...sleepers.values()].filter(({ sleepNs }) => sleepNs > 0).sort((a, b) => b.sleepNs - a.sleepNs || a.group - b.group);
}
function timeWithoutRunning(threadTime, { graph, time }) {
  const { bins } = graph;
  const idleNs = new Float64Array(bins.count).fill(bins.binNs);
  for (let row = 0; row < threadTime.length; row++) {
    if (threadTime.state[row] !== ThreadState.Running || !time.isMember(threadTime.process[row])) continue;
    const startNs = threadTime.timeNs[row];
    spread2(bins, { startNs, endNs: startNs + threadTime.durationNs[row], ns: threadTime.ns[row] }, (bin, ns) => {
      idleNs[bin] = Math.max(0, idleNs[bin] - ns);
    });
  }
  return idleNs;
}
function runningNs(threadTime, { process, threads }) {
  let sum2 = 0;
  for (let row = 0; row < threadTime.length; row++) {
    const isOne = threadTime.process[row] === process && threads.has(threadTime.tid[row]);
    if (isOne && threadTime.state[row] === ThreadState.Running) sum2 += threadTime.ns[row];
  }
  return sum2;
}
function waitedForNs({ graph }, { process, threads }) {
  let sum2 = 0;
  for (const times of graph.times) {
    let mostNs = 0;
    for (const [node, { demandNs }] of times) {
      if (graph.nodes[node].process === process && threads.has(graph.nodes[node].tid)) mostNs = Math.max(mostNs, demandNs);
    }
    sum2 += mostNs;
  }
  return sum2;
}
function describe2({ process, wait }, { graph, names }, sleeper) {
  const functions2 = /* @__PURE__ */ new Map();
  for (const row of sleeper.rows) {
    const name = names.functionOf(wait.userCallchain[row]);
    if (name !== void 0) functions2.set(name, (functions2.get(name) ?? 0) + wait.ns[row]);
  }
  const hot = names.hotFunction((row, tid) => row === sleeper.process && sleeper.threads.has(tid));
  return {
    thread: graph.groups.groups[sleeper.group]?.label ?? "unknown thread",
    process: processLabel(process, sleeper.process),
    functionName: heaviest(functions2) ?? hot ?? "unknown code"
  };
}

// src/detectors/small-io.ts
var TINY_BYTES = 256;
var smallIo = defineDetector({
  id: "small-io",
  needs: ["process", "wait", "syscall"],
  wants: [...TIME_TABLES, "blockIo"],
  metrics: {
    operationPerSec: "Reads and writes of threads that move little with each, or requests to the device.",
    sizeBytes: "Mean size of one.",
    randomRatio: "Share of the requests that did not follow the one before; not measured for calls.",
    costRatio: "Share of the target's time: CPU time in the calls, or waits for the device."
  },
  facts: {
    kind: "One of the words calls and requests.",
    call: "The call that most of it was in.",
    functionName: "The function that did it most.",
    process: "The process that did it most.",
    device: "The device; none for calls."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    if (!(time.totalNs > 0)) return [];
    const { wait, blockIo, process } = tables;
    const subject = describeTarget(context.target);
    const tiny = tinyCalls(tables.syscall, wait, time);
    const calls = sumCalls({ tables: { ...tables, syscall: onlyRows(tables.syscall, tiny) }, time, context }, () => true);
    const cost = { subject, share: calls.share, culprits: calls.culprits, rows: void 0 };
    const { functionName, process: caller, call } = calls;
    const ofCalls = {
      ...cost,
      metrics: {
        operationPerSec: calls.count * 1e9 / context.durationNs,
        sizeBytes: calls.resultSum / calls.count,
        randomRatio: Number.NaN,
        costRatio: calls.share.estimate
      },
      facts: { kind: "calls", call, functionName, process: caller, device: "none" }
    };
    if (blockIo === void 0) return [ofCalls];
    const waits = sumLostWaits({ tables, time, context }, (row) => reasonAt(wait, row) === "blockIo");
    const requests = sumRequests({ process, blockIo, time, durationNs: context.durationNs }, (operation) => /^(read|write)$/.test(operation));
    const device2 = { kind: "device", name: requests.device, share: requests.share };
    const ofRequests = {
      subject,
      metrics: {
        operationPerSec: requests.count * 1e9 / context.durationNs,
        sizeBytes: requests.sizeBytes / requests.count,
        randomRatio: requests.randomRatio,
        costRatio: waits.share.estimate
      },
      facts: {
        kind: "requests",
        call: waits.syscall,
        functionName: waits.functionName,
        process: waits.process,
        device: requests.device
      },
      share: waits.share,
      culprits: requests.count > 0 ? [...waits.culprits, device2] : [],
      rows: waits.rows
    };
    return [ofCalls, ofRequests];
  }
});
function tinyCalls(syscall, wait, time) {
  const talking = /* @__PURE__ */ new Set();
  for (let row = 0; row < wait.length; row++) if (/^(pipe|socket)/.test(reasonAt(wait, row))) talking.add(wait.tid[row]);
  const rows = [];
  for (let row = 0; row < syscall.length; row++) {
    if (talking.has(syscall.tid[row])) continue;
    if (!time.isMember(syscall.process[row]) || callGroup(nameAt(syscall, row)) !== "transfer") continue;
    const doneCount = syscall.count[row] - syscall.errorCount[row];
    if (doneCount > 0 && syscall.resultSum[row] / doneCount < TINY_BYTES) rows.push(row);
  }
  return rows;
}
function onlyRows(syscall, rows) {
  const pick2 = (column) => Float64Array.from(rows, (row) => column[row]);
  return {
    length: rows.length,
    timeNs: pick2(syscall.timeNs),
    durationNs: pick2(syscall.durationNs),
    process: Int32Array.from(rows, (row) => syscall.process[row]),
    tid: Int32Array.from(rows, (row) => syscall.tid[row]),
    name: { codes: Int32Array.from(rows, (row) => syscall.name.codes[row]), values: syscall.name.values },
    count: pick2(syscall.count),
    ns: pick2(syscall.ns),
    maxNs: pick2(syscall.maxNs),
    errorCount: pick2(syscall.errorCount),
    resultSum: pick2(syscall.resultSum)
  };
}

// src/detectors/small-packets.ts
var smallPackets = defineDetector({
  id: "small-packets",
  needs: ["process", "syscall", "wait"],
  wants: [...TIME_TABLES, "series", "metric"],
  metrics: {
    cpuRatio: "Share of the target's time it computed in calls that send and receive.",
    messagePerSec: "Such calls.",
    sizeBytes: "Mean size of a message.",
    callNs: "Mean CPU time of a call.",
    segmentPerSec: "TCP segments the machine sent."
  },
  facts: {
    call: "The call that took most.",
    functionName: "The function that made most of them.",
    process: "The process that made most of them."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    if (!(time.totalNs > 0)) return [];
    const calls = sumCalls({ tables, time, context }, (name) => callGroup(name) === "message" && !name.endsWith("mmsg"));
    const doneCount = calls.count - calls.errorCount;
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          cpuRatio: calls.share.estimate,
          messagePerSec: calls.count * 1e9 / context.durationNs,
          sizeBytes: doneCount > 0 ? calls.resultSum / doneCount : 0,
          callNs: calls.count > 0 ? calls.cpuNs / calls.count : 0,
          segmentPerSec: viewSeries(tables).mean("tcp.sendSegmentPerSec")
        },
        facts: { call: calls.call, functionName: calls.functionName, process: calls.process },
        share: calls.share,
        culprits: calls.culprits,
        rows: calls.rows
      }
    ];
  }
});

// src/detectors/spinning.ts
var spinName = /(^|_|\b)(spin(_?(lock|wait|until|loop))?|busy_?(wait|loop|poll)|cpu_?relax|cpu_?pause|s_lock|perform_spin_delay|ut_delay|yield_?processor)(_|\b|$)|[sS]pin(Wait|Lock|Until)|Spinlock/;
var YIELDS_PER_RUNNING_SECOND = 2e4;
var spinning = defineDetector({
  id: "spinning",
  needs: ["process", "sample", "callchainStack", "stack", "frame", "symbol"],
  wants: [...TIME_TABLES, "thread", "syscall"],
  metrics: {
    spinningRatio: "Share of the target's CPU time in which it waited on a CPU.",
    namedRatio: "Share in functions whose names say so.",
    yieldingRatio: "Share of threads that do little else than call sched_yield.",
    yieldPerSec: "Calls of sched_yield.",
    sampleCount: "Samples of the target."
  },
  facts: {
    functionName: "The function that spins most.",
    thread: "The thread that does.",
    process: "Its process."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    const yields = countYields(tables.syscall, tables.threadTime, time);
    const names = nameWaits(tables);
    const found = addUp3(tables.sample, { time, names, yields });
    if (!(found.ns > 0) || !(time.totalNs > 0)) return [];
    const ratio2 = Math.min(1, (found.namedNs + found.yieldingNs) / found.ns);
    const facts = {
      functionName: heaviest(found.functions) ?? "none",
      thread: found.thread === void 0 ? "none" : names.thread(found.thread.process, found.thread.tid),
      process: found.thread === void 0 ? describeTarget(context.target) : processLabel(tables.process, found.thread.process)
    };
    const culprits = found.thread === void 0 ? [] : [
      { kind: "function", name: facts.functionName, share: ratio2 },
      { kind: "thread", name: facts.thread, share: ratio2 },
      { kind: "process", name: facts.process, share: 1 }
    ];
    return [
      {
        subject: facts.process,
        metrics: {
          spinningRatio: ratio2,
          namedRatio: found.namedNs / found.ns,
          yieldingRatio: found.yieldingNs / found.ns,
          yieldPerSec: tables.syscall === void 0 ? Number.NaN : yields.count / (context.durationNs / 1e9),
          sampleCount: found.count
        },
        facts,
        share: scaleInterval(wilsonInterval(ratio2, found.count), time.runningNs / time.totalNs),
        culprits,
        rows: void 0
      }
    ];
  }
});
function countYields(syscall, threadTime, { isMember }) {
  const counts = /* @__PURE__ */ new Map();
  const running = /* @__PURE__ */ new Map();
  let count = 0;
  for (let row = 0; row < (syscall?.length ?? 0); row++) {
    if (syscall === void 0 || !isMember(syscall.process[row]) || textAt(syscall.name, row) !== "sched_yield") continue;
    const key = threadKey(syscall.process[row], syscall.tid[row]);
    counts.set(key, (counts.get(key) ?? 0) + syscall.count[row]);
    count += syscall.count[row];
  }
  for (let row = 0; row < (threadTime?.length ?? 0); row++) {
    if (threadTime === void 0 || threadTime.state[row] !== ThreadState.Running) continue;
    const key = threadKey(threadTime.process[row], threadTime.tid[row]);
    if (counts.has(key)) running.set(key, (running.get(key) ?? 0) + threadTime.ns[row]);
  }
  const isYielder = ([key, calls]) => calls > (running.get(key) ?? 0) / 1e9 * YIELDS_PER_RUNNING_SECOND;
  return { count, yielders: new Set([...counts].filter(isYielder).map(([key]) => key)) };
}
function addUp3(sample, { time, names, yields }) {
  const spinnerOf = spinnerFinder(names);
  const functions2 = /* @__PURE__ */ new Map();
  const threads = /* @__PURE__ */ new Map();
  const sums = { ns: 0, namedNs: 0, yieldingNs: 0, count: 0 };
  for (let row = 0; row < sample.length; row++) {
    const [process, tid, ns] = [sample.process[row], sample.tid[row], sample.weightNs[row]];
    if (!time.isMember(process) || !(ns > 0)) continue;
    sums.ns += ns;
    sums.count++;
    const spinner = spinnerOf(sample.callchain[row]);
    const isYielding = process !== NONE && yields.yielders.has(threadKey(process, tid));
    if (isYielding) sums.yieldingNs += ns;
    else if (spinner !== void 0) sums.namedNs += ns;
    else continue;
    const name = spinner ?? names.functionOf(sample.callchain[row]) ?? "sched_yield";
    functions2.set(name, (functions2.get(name) ?? 0) + ns);
    const thread = threads.get(threadKey(process, tid)) ?? { process, tid, ns: 0 };
    threads.set(threadKey(process, tid), thread);
    thread.ns += ns;
  }
  return { ...sums, functions: functions2, thread: [...threads.values()].sort((a, b) => b.ns - a.ns || a.tid - b.tid).at(0) };
}
function spinnerFinder(names) {
  const known = /* @__PURE__ */ new Map();
  return (callchain) => {
    if (known.has(callchain)) return known.get(callchain);
    const functions2 = names.userFunctions(callchain).slice(0, 3);
    const spinner = functions2.find((name) => spinName.test(name));
    known.set(callchain, spinner);
    return spinner;
  };
}

// src/detectors/steal-time.ts
var stealTime = defineDetector({
  id: "steal-time",
  needs: ["process", "series", "metric"],
  wants: TIME_TABLES,
  metrics: {
    stealRatio: "Stolen CPU time over all CPU time.",
    worstCpuRatio: "The same on the CPU that suffered most.",
    demandRatio: "Stolen CPU time over the CPU time that was wanted."
  },
  facts: {
    target: "What was diagnosed.",
    hypervisor: "The hypervisor, as far as the CPU tells."
  },
  detect(tables, context) {
    const series = viewSeries(tables);
    const steal = series.readings("cpu.stealRatio");
    const time = measureTargetTime(tables, context);
    if (steal === void 0 || !(time.totalNs > 0)) return [];
    const stealRatio = series.mean("cpu.stealRatio");
    const stolenNs = stealRatio * context.host.cpuCount * context.durationNs;
    const idleRatio = series.mean("cpu.idleRatio") + orZero(series.mean("cpu.iowaitRatio"));
    const demandRatio = stealRatio > 0 ? Math.min(1, stealRatio / Math.max(stealRatio, 1 - idleRatio)) : 0;
    const estimate = context.target.kind === "machine" ? stolenNs / (time.totalNs + stolenNs) : orZero(demandRatio) * time.runningNs / time.totalNs;
    const target = describeTarget(context.target);
    return [
      {
        subject: target,
        metrics: {
          stealRatio,
          worstCpuRatio: series.subjects("cpu.stealRatio").reduce((worst, cpu) => Math.max(worst, series.mean("cpu.stealRatio", cpu)), stealRatio),
          demandRatio
        },
        facts: { target, hypervisor: context.host.virtualization ?? "the hypervisor" },
        share: recentre(
          ratioInterval(
            steal.values,
            steal.values.map(() => 1)
          ),
          estimate
        ),
        culprits: [],
        rows: void 0
      }
    ];
  }
});

// src/detectors/syscall-storm.ts
var syscallStorm = defineDetector({
  id: "syscall-storm",
  needs: ["process", "syscall", "wait"],
  wants: TIME_TABLES,
  metrics: {
    cpuRatio: "Share of the target's time it computed in these calls.",
    callPerSec: "Calls.",
    runningCallPerSec: "Calls per second of running time.",
    callNs: "Mean CPU time of a call.",
    errorRatio: "Share of the calls that failed.",
    topRatio: "Share of their time that the busiest call took."
  },
  facts: {
    call: "The call that took most.",
    functionName: "The function that made most of them.",
    process: "The process that made most of them.",
    thread: "The thread that made most of them."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    if (!(time.totalNs > 0)) return [];
    const calls = sumCalls({ tables, time, context }, (name) => callGroup(name) === "other");
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          cpuRatio: calls.share.estimate,
          callPerSec: calls.count * 1e9 / context.durationNs,
          runningCallPerSec: time.runningNs > 0 ? calls.count * 1e9 / time.runningNs : Number.NaN,
          callNs: calls.cpuNs / calls.count,
          errorRatio: calls.errorCount / calls.count,
          topRatio: calls.callRatio
        },
        facts: { call: calls.call, functionName: calls.functionName, process: calls.process, thread: calls.thread },
        share: calls.share,
        culprits: calls.culprits,
        rows: calls.rows
      }
    ];
  }
});

// src/detectors/writeback-throttling.ts
var writebackThrottling = defineDetector({
  id: "writeback-throttling",
  needs: ["process", "wait"],
  wants: [...TIME_TABLES, "series", "metric"],
  metrics: {
    waitRatio: "Share of the target's time it was held back.",
    pauseNs: "Mean length of a pause.",
    longestNs: "The longest.",
    pausePerSec: "Pauses.",
    dirtyBytes: "Memory waiting to be written.",
    writebackBytes: "Memory being written."
  },
  facts: {
    functionName: "The function that was held back most.",
    process: "The process that was held back most."
  },
  detect(tables, context) {
    const time = measureTargetTime(tables, context);
    if (!(time.totalNs > 0)) return [];
    const series = viewSeries(tables);
    const waits = sumLostWaits({ tables, time, context }, (row) => reasonAt(tables.wait, row) === "writebackThrottle");
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          waitRatio: waits.share.estimate,
          pauseNs: waits.ns / waits.count,
          longestNs: waits.maxNs,
          pausePerSec: waits.count * 1e9 / context.durationNs,
          dirtyBytes: series.mean("memory.dirtyBytes"),
          writebackBytes: series.mean("memory.writebackBytes")
        },
        facts: { functionName: waits.functionName, process: waits.process },
        share: waits.share,
        culprits: waits.culprits,
        rows: waits.rows
      }
    ];
  }
});

// src/detectors/registry.ts
var detectors = [
  hotPath,
  cpuSaturation,
  serialThread,
  kernelTime,
  interruptLoad,
  stealTime,
  cgroupThrottling,
  memoryPressure,
  ioPressure,
  competitor,
  futexContention,
  kernelLockContention,
  downstreamWait,
  pinnedThreads,
  spinning,
  sleepPolling,
  pingPong,
  durableWrites,
  deviceWait,
  smallIo,
  writebackThrottling,
  majorFaults,
  reclaim,
  faultChurn,
  syscallStorm,
  metadataStorm,
  forkExec,
  signalStorm,
  connectionChurn,
  listenOverflow,
  retransmits,
  smallPackets,
  delayedAck,
  remoteWait
];

// src/rules/spelling.ts
function nearestName(name, known) {
  let best;
  for (const candidate of known) {
    const edits = difference(name.toLowerCase(), candidate.toLowerCase());
    if (edits <= Math.min(MAX_EDITS, Math.ceil(candidate.length / 2)) && (best === void 0 || edits < best.edits)) {
      best = { name: candidate, edits };
    }
  }
  return best?.name;
}
function suggest(name, known) {
  const nearest = nearestName(name, known);
  return nearest === void 0 ? "" : `; nearest is "${nearest}"`;
}
var MAX_EDITS = 4;
function difference(name, candidate) {
  if (name.length >= MAX_EDITS && candidate.startsWith(name)) return Math.min(1, candidate.length - name.length);
  return Math.abs(candidate.length - name.length) > MAX_EDITS ? Number.POSITIVE_INFINITY : editDistance(name, candidate);
}
function editDistance(from, to) {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[to.length];
}

// node_modules/@marcbachmann/cel-js/lib/errors.js
var CelError = class extends Error {
  #node;
  #code;
  #range;
  #summary;
  constructor({ name, code, message, node, cause, range }) {
    super(message, cause ? { cause } : void 0);
    this.name = name;
    this.#code = code;
    this.#summary = message;
    this.#node = node;
    this.#range = range && normalizeRange(range) || normalizeRange(node);
    if (!node?.input) return;
    this.message = formatErrorWithHighlight(this.#summary, node, this.#range);
  }
  get node() {
    return this.#node;
  }
  get code() {
    return this.#code;
  }
  get range() {
    return this.#range;
  }
  get summary() {
    return this.#summary;
  }
  withAst(node) {
    if (this.#node || !node?.input) return this;
    this.#node = node;
    this.#range ??= normalizeRange(node);
    this.message = formatErrorWithHighlight(this.#summary, node, this.#range);
    return this;
  }
};
function normalizeArgs(name, defaultCode, message, node, cause) {
  if (typeof message === "string") return { name, code: defaultCode, message, node, cause };
  const opts = message;
  if (typeof opts !== "object") throw new Error("First param to error must be a string or object");
  return {
    name,
    code: opts.code || defaultCode,
    message: opts.message,
    node: opts.node,
    cause: opts.cause,
    range: opts.range
  };
}
var ParseError = class extends CelError {
  constructor(message, node, cause) {
    super(normalizeArgs("ParseError", "parse_error", message, node, cause));
  }
};
var EvaluationError = class extends CelError {
  constructor(message, node, cause) {
    super(normalizeArgs("EvaluationError", "evaluation_error", message, node, cause));
  }
};
var TypeError2 = class extends CelError {
  constructor(message, node, cause) {
    super(normalizeArgs("TypeError", "type_error", message, node, cause));
  }
};
function parseError(code, message, node) {
  if (typeof code === "object") return new ParseError(code);
  return new ParseError({ code, message, node });
}
function evaluationError(code, message, node) {
  if (typeof code === "object") return new EvaluationError(code);
  return new EvaluationError({ code, message, node });
}
function typeError(code, message, node) {
  if (typeof code === "object") return new TypeError2(code);
  return new TypeError2({ code, message, node });
}
function normalizeRange(node) {
  const start = node?.pos ?? node?.start;
  if (typeof start !== "number") return;
  const end = typeof node.end === "number" ? node.end : start;
  return { start, end };
}
function formatErrorWithHighlight(message, node, range) {
  const pos = node.pos ?? range?.start;
  if (typeof pos !== "number") return message;
  const input = node.input;
  let lineNum = 1;
  let currentPos = 0;
  let columnNum = 0;
  while (currentPos < pos) {
    if (input[currentPos] === "\n") {
      lineNum++;
      columnNum = 0;
    } else {
      columnNum++;
    }
    currentPos++;
  }
  let contextStart = pos;
  let contextEnd = pos;
  while (contextStart > 0 && input[contextStart - 1] !== "\n") contextStart--;
  while (contextEnd < input.length && input[contextEnd] !== "\n") contextEnd++;
  const line = input.slice(contextStart, contextEnd);
  const highlight = `> ${`${lineNum}`.padStart(4, " ")} | ${line}
${" ".repeat(9 + columnNum)}^`;
  return `${message}

${highlight}`;
}
function attachErrorAst(error, node) {
  if (error instanceof CelError) return error.withAst(node);
  return error;
}

// node_modules/@marcbachmann/cel-js/lib/optional.js
var Optional = class _Optional {
  #value;
  constructor(value) {
    this.#value = value;
  }
  static of(value) {
    if (value === void 0) return OPTIONAL_NONE;
    return new _Optional(value);
  }
  static none() {
    return OPTIONAL_NONE;
  }
  hasValue() {
    return this.#value !== void 0;
  }
  value() {
    if (this.#value === void 0) {
      throw evaluationError("optional_value_missing", "Optional value is not present");
    }
    return this.#value;
  }
  or(optional) {
    if (this.#value !== void 0) return this;
    if (optional instanceof _Optional) return optional;
    throw evaluationError(
      "invalid_optional_argument",
      "Optional.or must be called with an Optional argument"
    );
  }
  orValue(defaultValue) {
    return this.#value === void 0 ? defaultValue : this.#value;
  }
  get [Symbol.toStringTag]() {
    return "optional";
  }
  [/* @__PURE__ */ Symbol.for("nodejs.util.inspect.custom")]() {
    return this.#value === void 0 ? `Optional { none }` : `Optional { value: ${JSON.stringify(this.#value)} }`;
  }
};
var OPTIONAL_NONE = Object.freeze(new Optional());
var OptionalNamespace = class {
};
var optionalNamespace = new OptionalNamespace();
function toggleOptionalTypes(registry, enable) {
  const optionalConstant = enable ? optionalNamespace : void 0;
  registry.deleteVariable("optional");
  registry.registerConstant("optional", "OptionalNamespace", optionalConstant);
}
function register(registry) {
  const sync = { async: false };
  const functionOverload = (sig, handler) => registry.registerFunctionOverload(sig, handler, sync);
  const optionalConstant = registry.enableOptionalTypes ? optionalNamespace : void 0;
  registry.registerType("OptionalNamespace", OptionalNamespace);
  registry.registerConstant("optional", "OptionalNamespace", optionalConstant);
  functionOverload("optional.hasValue(): bool", (v) => v.hasValue());
  functionOverload("optional<A>.value(): A", (v) => v.value());
  registry.registerFunctionOverload("OptionalNamespace.none(): optional<T>", () => Optional.none());
  functionOverload("OptionalNamespace.of(A): optional<A>", (_, value) => Optional.of(value));
  function ensureOptional(value, ast, description) {
    if (value instanceof Optional) return value;
    throw evaluationError("optional_expected", `${description} must be optional`, ast);
  }
  function evaluateOptional(ev, macro, ctx) {
    const v = ev.run(macro.receiver, ctx);
    if (v instanceof Promise) return v.then((_v) => handleOptionalResolved(_v, ev, macro, ctx));
    return handleOptionalResolved(v, ev, macro, ctx);
  }
  function handleOptionalResolved(value, ev, macro, ctx) {
    const optional = ensureOptional(value, macro.receiver, `${macro.functionDesc} receiver`);
    if (optional.hasValue()) return macro.onHasValue(optional);
    return macro.onEmpty(ev, macro, ctx);
  }
  function ensureOptionalType(checker, node, ctx, description) {
    const type = checker.check(node, ctx);
    if (type.kind === "optional") return type;
    if (type.kind === "dyn") return checker.getType("optional");
    throw checker.createError("optional_expected", `${description} must be optional, got '${type}'`, node);
  }
  function createOptionalMacro({ functionDesc, evaluate: evaluate2, typeCheck, onHasValue, onEmpty }) {
    return ({ ast, args, receiver }) => ({
      ast,
      functionDesc,
      receiver,
      arg: args[0],
      evaluate: evaluate2,
      typeCheck,
      onHasValue,
      onEmpty
    });
  }
  const invalidOrValueReceiver = "optional.orValue() receiver";
  const invalidOrReceiver = "optional.or(optional) receiver";
  const invalidOrArg = "optional.or(optional) argument";
  registry.registerFunctionOverload(
    "optional.or(ast): optional<dyn>",
    createOptionalMacro({
      functionDesc: "optional.or(optional)",
      evaluate: evaluateOptional,
      typeCheck(check2, macro, ctx) {
        const l = ensureOptionalType(check2, macro.receiver, ctx, invalidOrReceiver);
        const r = ensureOptionalType(check2, macro.arg, ctx, invalidOrArg);
        if (!(macro.receiver.maybeAsync || macro.arg.maybeAsync)) macro.ast.setMeta("async", false);
        const unified = l.unify(check2.registry, r);
        if (unified) return unified;
        throw check2.createError(
          "incompatible_argument_type",
          `${macro.functionDesc} argument must be compatible type, got '${l}' and '${r}'`,
          macro.arg
        );
      },
      onHasValue: (optional) => optional,
      onEmpty(ev, macro, ctx) {
        const ast = macro.arg;
        const v = ev.run(ast, ctx);
        if (v instanceof Promise) return v.then((_v) => ensureOptional(_v, ast, invalidOrArg));
        return ensureOptional(v, ast, invalidOrArg);
      }
    })
  );
  registry.registerFunctionOverload(
    "optional.orValue(ast): dyn",
    createOptionalMacro({
      functionDesc: "optional.orValue(value)",
      onHasValue: (optionalValue) => optionalValue.value(),
      onEmpty(ev, macro, ctx) {
        return ev.run(macro.arg, ctx);
      },
      evaluate: evaluateOptional,
      typeCheck(check2, macro, ctx) {
        const l = ensureOptionalType(check2, macro.receiver, ctx, invalidOrValueReceiver).valueType;
        const r = check2.check(macro.arg, ctx);
        if (!(macro.receiver.maybeAsync || macro.arg.maybeAsync)) macro.ast.setMeta("async", false);
        const unified = l.unify(check2.registry, r);
        if (unified) return unified;
        throw check2.createError(
          "incompatible_argument_type",
          `${macro.functionDesc} argument must be compatible type, got '${l}' and '${r}'`,
          macro.arg
        );
      }
    })
  );
}

// node_modules/@marcbachmann/cel-js/lib/globals.js
var hasOwn = Object.hasOwn;
var objKeys = Object.keys;
var objFreeze = Object.freeze;
var objEntries = Object.entries;
var isArray = Array.isArray;
var arrayFrom = Array.from;
var MIN_UINT = 0n;
var MAX_UINT = 18446744073709551615n;
var MAX_INT = 9223372036854775807n;
var MIN_INT = -9223372036854775808n;
function isAsync(fn, fallback) {
  if (fn?.[Symbol.toStringTag] === "AsyncFunction") return true;
  return typeof fallback === "boolean" ? fallback : true;
}
var RESERVED = /* @__PURE__ */ new Set([
  "as",
  "break",
  "const",
  "continue",
  "else",
  "for",
  "function",
  "if",
  "import",
  "let",
  "loop",
  "package",
  "namespace",
  "return",
  "var",
  "void",
  "while",
  "__proto__",
  "prototype"
]);

// node_modules/@marcbachmann/cel-js/lib/functions.js
var UnsignedInt = class {
  #value;
  constructor(value) {
    this.verify(typeof value === "bigint" ? value : BigInt(value));
  }
  get value() {
    return this.#value;
  }
  valueOf() {
    return this.#value;
  }
  toString() {
    return `${this.#value}`;
  }
  verify(v) {
    if (v < MIN_UINT || v > MAX_UINT) {
      throw evaluationError("numeric_overflow", "Unsigned integer overflow");
    }
    this.#value = v;
  }
  get [Symbol.toStringTag]() {
    return `value = ${this.#value}`;
  }
  [/* @__PURE__ */ Symbol.for("nodejs.util.inspect.custom")]() {
    return `UnsignedInteger { value: ${this.#value} }`;
  }
};
var billion = 1e9;
var billionBigInt = 1000000000n;
var UNIT_NANOSECONDS = {
  h: 3600000000000n,
  m: 60000000000n,
  s: billionBigInt,
  ms: 1000000n,
  us: 1000n,
  \u00B5s: 1000n,
  ns: 1n
};
var Duration = class _Duration {
  #seconds;
  #nanos;
  constructor(seconds, nanos = 0) {
    this.#seconds = BigInt(seconds);
    this.#nanos = nanos;
  }
  get seconds() {
    return this.#seconds;
  }
  get nanos() {
    return this.#nanos;
  }
  valueOf() {
    return Number(this.#seconds) * 1e3 + this.#nanos / 1e6;
  }
  static fromMilliseconds(ms) {
    const totalNanos = BigInt(Math.trunc(ms * 1e6));
    const seconds = totalNanos / billionBigInt;
    const nanos = Number(totalNanos % billionBigInt);
    return new _Duration(seconds, nanos);
  }
  addDuration(other) {
    const nanos = this.#nanos + other.nanos;
    return new _Duration(
      this.#seconds + other.seconds + BigInt(Math.floor(nanos / billion)),
      nanos % billion
    );
  }
  subtractDuration(other) {
    const nanos = this.#nanos - other.nanos;
    return new _Duration(
      this.#seconds - other.seconds + BigInt(Math.floor(nanos / billion)),
      (nanos + billion) % billion
    );
  }
  extendTimestamp(ts) {
    return new Date(
      ts.getTime() + Number(this.#seconds) * 1e3 + Math.floor(this.#nanos / 1e6)
    );
  }
  subtractTimestamp(ts) {
    return new Date(
      ts.getTime() - Number(this.#seconds) * 1e3 - Math.floor(this.#nanos / 1e6)
    );
  }
  toString() {
    const nanos = this.#nanos ? (this.#nanos / billion).toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 9 }).slice(1) : "";
    return `${this.#seconds}${nanos}s`;
  }
  getHours() {
    return this.#seconds / 3600n;
  }
  getMinutes() {
    return this.#seconds / 60n;
  }
  getSeconds() {
    return this.#seconds;
  }
  getMilliseconds() {
    return this.#seconds * 1000n + BigInt(Math.floor(this.#nanos / 1e6));
  }
  get [Symbol.toStringTag]() {
    return "google.protobuf.Duration";
  }
  [/* @__PURE__ */ Symbol.for("nodejs.util.inspect.custom")]() {
    return `google.protobuf.Duration { seconds: ${this.#seconds}, nanos: ${this.#nanos} }`;
  }
};
function registerFunctions(registry) {
  const sync = { async: false };
  const functionOverload = (sig, handler) => registry.registerFunctionOverload(sig, handler, sync);
  const identity2 = (v) => v;
  functionOverload("dyn(dyn): dyn", identity2);
  for (const _t in TYPES) {
    const type = TYPES[_t];
    if (!(type instanceof Type)) continue;
    functionOverload(`type(${type.name}): type`, () => type);
  }
  functionOverload("bool(bool): bool", identity2);
  functionOverload("bool(string): bool", (v) => {
    switch (v) {
      case "1":
      case "t":
      case "true":
      case "TRUE":
      case "True":
        return true;
      case "0":
      case "f":
      case "false":
      case "FALSE":
      case "False":
        return false;
      default:
        throw evaluationError(
          "bool_conversion_error",
          `bool() conversion error: invalid string value "${v}"`
        );
    }
  });
  functionOverload("size(string): int", (v) => BigInt(stringSize(v)));
  functionOverload("size(bytes): int", (v) => BigInt(v.length));
  functionOverload("size(list): int", (v) => BigInt(v.length ?? v.size));
  functionOverload("size(map): int", (v) => BigInt(v instanceof Map ? v.size : objKeys(v).length));
  functionOverload("string.size(): int", (v) => BigInt(stringSize(v)));
  functionOverload("bytes.size(): int", (v) => BigInt(v.length));
  functionOverload("list.size(): int", (v) => BigInt(v.length ?? v.size));
  functionOverload("map.size(): int", (v) => BigInt(v instanceof Map ? v.size : objKeys(v).length));
  functionOverload("bytes(string): bytes", (v) => ByteOpts.fromString(v));
  functionOverload("bytes(bytes): bytes", identity2);
  functionOverload("double(double): double", identity2);
  functionOverload("double(int): double", (v) => Number(v));
  functionOverload("double(uint): double", (v) => Number(v));
  functionOverload("double(string): double", (v) => {
    if (!v || v !== v.trim())
      throw evaluationError(
        "double_conversion_error",
        "double() type error: cannot convert to double"
      );
    const s = v.toLowerCase();
    switch (s) {
      case "inf":
      case "+inf":
      case "infinity":
      case "+infinity":
        return Number.POSITIVE_INFINITY;
      case "-inf":
      case "-infinity":
        return Number.NEGATIVE_INFINITY;
      case "nan":
        return Number.NaN;
      default: {
        const parsed = Number(v);
        if (!Number.isNaN(parsed)) return parsed;
        throw evaluationError(
          "double_conversion_error",
          "double() type error: cannot convert to double"
        );
      }
    }
  });
  functionOverload("int(int): int", identity2);
  functionOverload("int(double): int", (v) => {
    if (Number.isFinite(v)) return BigInt(Math.trunc(v));
    throw evaluationError("numeric_overflow", "int() type error: integer overflow");
  });
  functionOverload("int(string): int", (v) => {
    if (v !== v.trim() || v.length > 20 || v.includes("0x")) {
      throw evaluationError("int_conversion_error", "int() type error: cannot convert to int");
    }
    try {
      const num = BigInt(v);
      if (num <= MAX_INT && num >= MIN_INT) return num;
    } catch (_e) {
    }
    throw evaluationError("int_conversion_error", "int() type error: cannot convert to int");
  });
  functionOverload("uint(uint): uint", identity2);
  functionOverload("uint(int): uint", (v) => {
    try {
      return new UnsignedInt(v);
    } catch (e) {
      throw evaluationError("uint_conversion_error", "uint() type error: cannot convert to uint");
    }
  });
  functionOverload("uint(double): uint", (v) => {
    try {
      return new UnsignedInt(Math.trunc(v));
    } catch (e) {
      throw evaluationError("numeric_overflow", "uint() type error: unsigned integer overflow");
    }
  });
  functionOverload("uint(string): uint", (v) => {
    if (v !== v.trim() || v.length > 20 || v.includes("0x")) {
      throw evaluationError("uint_conversion_error", "uint() type error: cannot convert to uint");
    }
    try {
      return new UnsignedInt(v);
    } catch (e) {
      throw evaluationError("uint_conversion_error", "uint() type error: cannot convert to uint");
    }
  });
  functionOverload("string(string): string", identity2);
  functionOverload("string(bool): string", (v) => `${v}`);
  functionOverload("string(int): string", (v) => `${v}`);
  functionOverload("string(uint): string", (v) => `${v}`);
  functionOverload("string(bytes): string", (v) => ByteOpts.toUtf8(v));
  functionOverload("string(double): string", (v) => {
    if (v === Infinity) return "+Inf";
    if (v === -Infinity) return "-Inf";
    return `${v}`;
  });
  functionOverload("string.startsWith(string): bool", (a, b) => a.startsWith(b));
  functionOverload("string.endsWith(string): bool", (a, b) => a.endsWith(b));
  functionOverload("string.contains(string): bool", (a, b) => a.includes(b));
  functionOverload("string.lowerAscii(): string", (a) => a.toLowerCase());
  functionOverload("string.upperAscii(): string", (a) => a.toUpperCase());
  functionOverload("string.trim(): string", (a) => a.trim());
  functionOverload(
    "string.indexOf(string): int",
    (string, search) => BigInt(string.indexOf(search))
  );
  functionOverload("string.indexOf(string, int): int", (string, search, fromIndex) => {
    if (search === "") return fromIndex;
    fromIndex = Number(fromIndex);
    if (fromIndex < 0 || fromIndex >= string.length) {
      throw evaluationError(
        "index_out_of_range",
        "string.indexOf(search, fromIndex): fromIndex out of range"
      );
    }
    return BigInt(string.indexOf(search, fromIndex));
  });
  functionOverload(
    "string.lastIndexOf(string): int",
    (string, search) => BigInt(string.lastIndexOf(search))
  );
  functionOverload("string.lastIndexOf(string, int): int", (string, search, fromIndex) => {
    if (search === "") return fromIndex;
    fromIndex = Number(fromIndex);
    if (fromIndex < 0 || fromIndex >= string.length) {
      throw evaluationError(
        "index_out_of_range",
        "string.lastIndexOf(search, fromIndex): fromIndex out of range"
      );
    }
    return BigInt(string.lastIndexOf(search, fromIndex));
  });
  functionOverload("string.substring(int): string", (string, start) => {
    start = Number(start);
    if (start < 0 || start > string.length) {
      throw evaluationError(
        "index_out_of_range",
        "string.substring(start, end): start index out of range"
      );
    }
    return string.substring(start);
  });
  functionOverload("string.substring(int, int): string", (string, start, end) => {
    start = Number(start);
    if (start < 0 || start > string.length) {
      throw evaluationError(
        "index_out_of_range",
        "string.substring(start, end): start index out of range"
      );
    }
    end = Number(end);
    if (end < start || end > string.length) {
      throw evaluationError(
        "index_out_of_range",
        "string.substring(start, end): end index out of range"
      );
    }
    return string.substring(start, end);
  });
  functionOverload("string.matches(string): bool", (a, b) => {
    try {
      return new RegExp(b).test(a);
    } catch (_err) {
      throw evaluationError("invalid_regular_expression", `Invalid regular expression: ${b}`);
    }
  });
  functionOverload("string.split(string): list<string>", (s, sep) => s.split(sep));
  functionOverload("string.split(string, int): list<string>", (s, sep, l) => {
    l = Number(l);
    if (l === 0) return [];
    const parts = s.split(sep);
    if (l < 0 || parts.length <= l) return parts;
    const limited = parts.slice(0, l - 1);
    limited.push(parts.slice(l - 1).join(sep));
    return limited;
  });
  functionOverload("list<string>.join(): string", (v) => {
    for (let i = 0; i < v.length; i++) {
      if (typeof v[i] !== "string") {
        throw evaluationError(
          "invalid_list_element_type",
          "string.join(): list must contain only strings"
        );
      }
    }
    return v.join("");
  });
  functionOverload("list<string>.join(string): string", (v, sep) => {
    for (let i = 0; i < v.length; i++) {
      if (typeof v[i] !== "string") {
        throw evaluationError(
          "invalid_list_element_type",
          "string.join(separator): list must contain only strings"
        );
      }
    }
    return v.join(sep);
  });
  const textEncoder = new TextEncoder("utf8");
  const textDecoder = new TextDecoder("utf8");
  const ByteOpts = typeof Buffer !== "undefined" ? {
    byteLength: (v) => Buffer.byteLength(v),
    fromString: (str) => Buffer.from(str, "utf8"),
    toHex: (b) => Buffer.prototype.hexSlice.call(b, 0, b.length),
    toBase64: (b) => Buffer.prototype.base64Slice.call(b, 0, b.length),
    toUtf8: (b) => Buffer.prototype.utf8Slice.call(b, 0, b.length),
    jsonParse: (b) => JSON.parse(b)
  } : {
    textEncoder: new TextEncoder("utf8"),
    byteLength: (v) => textEncoder.encode(v).length,
    fromString: (str) => textEncoder.encode(str),
    toHex: Uint8Array.prototype.toHex ? (b) => b.toHex() : (b) => arrayFrom(b, (i) => i.toString(16).padStart(2, "0")).join(""),
    toBase64: Uint8Array.prototype.toBase64 ? (b) => b.toBase64() : (b) => btoa(arrayFrom(b, (i) => String.fromCodePoint(i)).join("")),
    toUtf8: (b) => textDecoder.decode(b),
    jsonParse: (b) => JSON.parse(textEncoder.decode(b))
  };
  functionOverload("bytes.json(): map", ByteOpts.jsonParse);
  functionOverload("bytes.hex(): string", ByteOpts.toHex);
  functionOverload("bytes.string(): string", ByteOpts.toUtf8);
  functionOverload("bytes.base64(): string", ByteOpts.toBase64);
  functionOverload("bytes.at(int): int", (b, index) => {
    if (index < 0 || index >= b.length) {
      throw evaluationError("index_out_of_range", "Bytes index out of range");
    }
    return BigInt(b[index]);
  });
  const TS = "google.protobuf.Timestamp";
  const GPD = "google.protobuf.Duration";
  const TimestampType = registry.registerType(TS, Date).typeType;
  const DurationType = registry.registerType(GPD, Duration).typeType;
  registry.registerConstant("google", "map<string, map<string, type>>", {
    protobuf: { Duration: DurationType, Timestamp: TimestampType }
  });
  function tzDate(d, timeZone) {
    return new Date(d.toLocaleString("en-US", { timeZone }));
  }
  function getDayOfYear(d, tz) {
    const workingDate = tz ? tzDate(d, tz) : new Date(d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate());
    const start = new Date(workingDate.getFullYear(), 0, 0);
    return BigInt(Math.floor((workingDate - start) / 864e5) - 1);
  }
  functionOverload(`timestamp(string): ${TS}`, (v) => {
    if (v.length < 20 || v.length > 30) {
      throw evaluationError("invalid_timestamp", "timestamp() requires a string in ISO 8601 format");
    }
    const d = new Date(v);
    if (d <= 253402300799999 && d >= -621355968e5) return d;
    throw evaluationError("invalid_timestamp", "timestamp() requires a string in ISO 8601 format");
  });
  functionOverload(`timestamp(int): ${TS}`, (i) => {
    i = Number(i) * 1e3;
    if (i <= 253402300799999 && i >= -621355968e5) return new Date(i);
    throw evaluationError(
      "invalid_timestamp",
      "timestamp() requires a valid integer unix timestamp"
    );
  });
  functionOverload(`${TS}.getDate(): int`, (d) => BigInt(d.getUTCDate()));
  functionOverload(`${TS}.getDate(string): int`, (d, tz) => BigInt(tzDate(d, tz).getDate()));
  functionOverload(`${TS}.getDayOfMonth(): int`, (d) => BigInt(d.getUTCDate() - 1));
  functionOverload(
    `${TS}.getDayOfMonth(string): int`,
    (d, tz) => BigInt(tzDate(d, tz).getDate() - 1)
  );
  functionOverload(`${TS}.getDayOfWeek(): int`, (d) => BigInt(d.getUTCDay()));
  functionOverload(`${TS}.getDayOfWeek(string): int`, (d, tz) => BigInt(tzDate(d, tz).getDay()));
  functionOverload(`${TS}.getDayOfYear(): int`, getDayOfYear);
  functionOverload(`${TS}.getDayOfYear(string): int`, getDayOfYear);
  functionOverload(`${TS}.getFullYear(): int`, (d) => BigInt(d.getUTCFullYear()));
  functionOverload(`${TS}.getFullYear(string): int`, (d, tz) => BigInt(tzDate(d, tz).getFullYear()));
  functionOverload(`${TS}.getHours(): int`, (d) => BigInt(d.getUTCHours()));
  functionOverload(`${TS}.getHours(string): int`, (d, tz) => BigInt(tzDate(d, tz).getHours()));
  functionOverload(`${TS}.getMilliseconds(): int`, (d) => BigInt(d.getUTCMilliseconds()));
  functionOverload(`${TS}.getMilliseconds(string): int`, (d) => BigInt(d.getUTCMilliseconds()));
  functionOverload(`${TS}.getMinutes(): int`, (d) => BigInt(d.getUTCMinutes()));
  functionOverload(`${TS}.getMinutes(string): int`, (d, tz) => BigInt(tzDate(d, tz).getMinutes()));
  functionOverload(`${TS}.getMonth(): int`, (d) => BigInt(d.getUTCMonth()));
  functionOverload(`${TS}.getMonth(string): int`, (d, tz) => BigInt(tzDate(d, tz).getMonth()));
  functionOverload(`${TS}.getSeconds(): int`, (d) => BigInt(d.getUTCSeconds()));
  functionOverload(`${TS}.getSeconds(string): int`, (d, tz) => BigInt(tzDate(d, tz).getSeconds()));
  const parseDurationPattern = /(\d*\.?\d*)(ns|us|µs|ms|s|m|h)/;
  function parseDuration(string) {
    if (!string) throw evaluationError("invalid_duration", `Invalid duration string: ''`);
    const isNegative = string[0] === "-";
    if (string[0] === "-" || string[0] === "+") string = string.slice(1);
    let nanoseconds = BigInt(0);
    while (true) {
      const match = parseDurationPattern.exec(string);
      if (!match) throw evaluationError("invalid_duration", `Invalid duration string: ${string}`);
      if (match.index !== 0)
        throw evaluationError("invalid_duration", `Invalid duration string: ${string}`);
      string = string.slice(match[0].length);
      const unitNanos = UNIT_NANOSECONDS[match[2]];
      const [intPart = "0", fracPart = ""] = match[1].split(".");
      const intVal = BigInt(intPart) * unitNanos;
      const fracNanos = fracPart ? BigInt(fracPart.slice(0, 13).padEnd(13, "0")) * unitNanos / 10000000000000n : 0n;
      nanoseconds += intVal + fracNanos;
      if (string === "") break;
    }
    const seconds = nanoseconds >= billionBigInt ? nanoseconds / billionBigInt : 0n;
    const nanos = Number(nanoseconds % billionBigInt);
    if (isNegative) return new Duration(-seconds, -nanos);
    return new Duration(seconds, nanos);
  }
  functionOverload(`duration(string): google.protobuf.Duration`, (s) => parseDuration(s));
  functionOverload(`google.protobuf.Duration.getHours(): int`, (d) => d.getHours());
  functionOverload(`google.protobuf.Duration.getMinutes(): int`, (d) => d.getMinutes());
  functionOverload(`google.protobuf.Duration.getSeconds(): int`, (d) => d.getSeconds());
  functionOverload(`google.protobuf.Duration.getMilliseconds(): int`, (d) => d.getMilliseconds());
  register(registry);
}
function stringSize(str) {
  let count = 0;
  for (const c of str) count++;
  return count;
}

// node_modules/@marcbachmann/cel-js/lib/registry.js
var Type = class {
  #name;
  constructor(name) {
    this.#name = name;
    objFreeze(this);
  }
  get name() {
    return this.#name;
  }
  get [Symbol.toStringTag]() {
    return `Type<${this.#name}>`;
  }
  toString() {
    return `Type<${this.#name}>`;
  }
};
var TYPES = {
  string: new Type("string"),
  bool: new Type("bool"),
  int: new Type("int"),
  uint: new Type("uint"),
  double: new Type("double"),
  map: new Type("map"),
  list: new Type("list"),
  bytes: new Type("bytes"),
  null_type: new Type("null"),
  type: new Type("type")
};
var optionalType = new Type("optional");
var valueTypeMatchers = {
  dyn(v, ev) {
    switch (typeof v) {
      case "string":
      case "bigint":
      case "number":
      case "boolean":
        return true;
      case "object":
        switch (v ? v.constructor : v) {
          case null:
          case void 0:
          case Object:
          case Map:
          case Array:
          case Set:
            return true;
          default:
            if (ev.objectTypesByConstructor.get(v.constructor)) return true;
        }
    }
    return !!ev.debugType(v);
  },
  string(v) {
    return typeof v === "string";
  },
  int(v) {
    return typeof v === "bigint";
  },
  double(v) {
    return typeof v === "number";
  },
  bool(v) {
    return typeof v === "boolean";
  },
  null(v) {
    return v === null;
  },
  bytes(v) {
    return v instanceof Uint8Array;
  },
  uint(v) {
    return v instanceof UnsignedInt;
  },
  type(v) {
    return v instanceof Type;
  },
  list(v) {
    switch (v?.constructor) {
      case Array:
      case Set:
        return true;
      default:
        return false;
    }
  },
  map(v) {
    switch (typeof v === "object" && v ? v.constructor : null) {
      case void 0:
      case Object:
      case Map:
        return true;
      default:
        return false;
    }
  },
  optional(v) {
    return v instanceof Optional;
  },
  message(v, ev) {
    return this === ev.debugType(v);
  }
};
valueTypeMatchers.param = valueTypeMatchers.dyn;
var TypeDeclaration = class {
  #matchesCache = /* @__PURE__ */ new WeakMap();
  constructor({ kind, type, name, keyType, valueType }) {
    this.kind = kind;
    this.type = type;
    this.name = name;
    this.keyType = keyType;
    this.valueType = valueType;
    this.unwrappedType = kind === "dyn" && valueType ? valueType.unwrappedType : this;
    this.wrappedType = kind === "dyn" ? this : _createDynType(this.unwrappedType);
    this.hasDynType = this.kind === "dyn" || this.valueType?.hasDynType || this.keyType?.hasDynType || false;
    this.hasPlaceholderType = this.kind === "param" || this.keyType?.hasPlaceholderType || this.valueType?.hasPlaceholderType || false;
    if (kind === "list") this.fieldLazy = this.#getListField;
    else if (kind === "map") this.fieldLazy = this.#getMapField;
    else if (kind === "message") this.fieldLazy = this.#getMessageField;
    else if (kind === "optional") this.fieldLazy = this.#getOptionalField;
    this.matchesValueType = valueTypeMatchers[name] || valueTypeMatchers[kind];
    objFreeze(this);
  }
  isDynOrBool() {
    return this.type === "bool" || this.kind === "dyn";
  }
  isEmpty() {
    return this.valueType && this.valueType.kind === "param";
  }
  unify(r, t2) {
    const t1 = this;
    if (t1 === t2 || t1.kind === "dyn" || t2.kind === "param") return t1;
    if (t2.kind === "dyn" || t1.kind === "param") return t2;
    if (t1.kind !== t2.kind) return null;
    if (!(t1.hasPlaceholderType || t2.hasPlaceholderType || t1.hasDynType || t2.hasDynType))
      return null;
    const valueType = t1.valueType.unify(r, t2.valueType);
    if (!valueType) return null;
    switch (t1.kind) {
      case "optional":
        return r.getOptionalType(valueType);
      case "list":
        return r.getListType(valueType);
      case "map":
        const keyType = t1.keyType.unify(r, t2.keyType);
        return keyType ? r.getMapType(keyType, valueType) : null;
    }
  }
  templated(r, bind) {
    if (!this.hasPlaceholderType) return this;
    switch (this.kind) {
      case "dyn":
        return this.valueType.templated(r, bind);
      case "param":
        return bind?.get(this.name) || this;
      case "map":
        return r.getMapType(this.keyType.templated(r, bind), this.valueType.templated(r, bind));
      case "list":
        return r.getListType(this.valueType.templated(r, bind));
      case "optional":
        return r.getOptionalType(this.valueType.templated(r, bind));
      default:
        return this;
    }
  }
  toString() {
    return this.name;
  }
  #getOptionalField(obj, key, ast, ev) {
    obj = obj instanceof Optional ? obj.orValue() : obj;
    if (obj === void 0) return OPTIONAL_NONE;
    const type = ev.debugType(obj);
    try {
      return Optional.of(type.fieldLazy(obj, key, ast, ev));
    } catch (e) {
      if (e instanceof EvaluationError) return OPTIONAL_NONE;
      throw e;
    }
  }
  #getMessageField(obj, key, ast, ev) {
    const message = obj ? ev.objectTypesByConstructor.get(obj.constructor) : void 0;
    if (!message) return;
    const type = message.fields ? message.fields[key] : dynType;
    if (!type) return void 0;
    const value = obj instanceof Map ? obj.get(key) : obj[key];
    if (value === void 0) return;
    if (type.matchesValueType(value, ev)) return value;
    throw evaluationError(
      "field_type_mismatch",
      `Field '${key}' is not of type '${type}', got '${ev.debugType(value)}'`,
      ast
    );
  }
  #getMapField(obj, key, ast, ev) {
    const value = obj instanceof Map ? obj.get(key) : obj && hasOwn(obj, key) ? obj[key] : void 0;
    if (value === void 0) return;
    if (this.valueType.matchesValueType(value, ev)) return value;
    throw evaluationError(
      "field_type_mismatch",
      `Field '${key}' is not of type '${this.valueType}', got '${ev.debugType(value)}'`,
      ast
    );
  }
  #getListElementAtIndex(list, pos) {
    switch (list?.constructor) {
      case Array:
        return list[pos];
      case Set: {
        let i = 0;
        for (const item of list) {
          if (i++ !== pos) continue;
          return item;
        }
      }
    }
  }
  #getListField(obj, key, ast, ev) {
    if (typeof key === "bigint") key = Number(key);
    else if (typeof key !== "number") return;
    const value = this.#getListElementAtIndex(obj, key);
    if (value === void 0) {
      if (!obj) return;
      throw evaluationError(
        "index_out_of_bounds",
        `No such key: index out of bounds, index ${key} ${key < 0 ? "< 0" : `>= size ${obj.length || obj.size}`}`,
        ast
      );
    }
    if (this.valueType.matchesValueType(value, ev)) return value;
    throw evaluationError(
      "list_item_type_mismatch",
      `List item with index '${key}' is not of type '${this.valueType}', got '${ev.debugType(value)}'`,
      ast
    );
  }
  fieldLazy() {
  }
  field(obj, key, ast, ev) {
    const v = this.fieldLazy(obj, key, ast, ev);
    if (v !== void 0) return v;
    throw evaluationError("no_such_key", `No such key: ${key}`, ast);
  }
  matchesBoth(other) {
    return this.matches(other) && other.matches(this);
  }
  matches(o) {
    const s = this.unwrappedType;
    o = o.unwrappedType;
    if (s === o || s.kind === "dyn" || o.kind === "dyn" || o.kind === "param") return true;
    return this.#matchesCache.get(o) ?? this.#matchesCache.set(o, this.#matches(s, o)).get(o);
  }
  #matches(s, o) {
    switch (s.kind) {
      case "dyn":
      case "param":
        return true;
      case "list":
        return o.kind === "list" && s.valueType.matches(o.valueType);
      case "map":
        return o.kind === "map" && s.keyType.matches(o.keyType) && s.valueType.matches(o.valueType);
      case "optional":
        return o.kind === "optional" && s.valueType.matches(o.valueType);
      default:
        return s.name === o.name;
    }
  }
};
var macroEvaluateErr = `have a .callAst property or .evaluate(checker, macro, ctx) method.`;
var macroTypeCheckErr = `have a .callAst property or .typeCheck(checker, macro, ctx) method.`;
function wrapMacroExpander(name, handler) {
  const p = `Macro '${name}' must`;
  return function macroExpander(opts) {
    const macro = handler(opts);
    if (!macro || typeof macro !== "object") throw new Error(`${p} return an object.`);
    if (macro.callAst) return macro;
    if (!macro.evaluate) throw new Error(`${p} ${macroEvaluateErr}`);
    if (!macro.typeCheck) throw new Error(`${p} ${macroTypeCheckErr}`);
    return macro;
  };
}
var VariableDeclaration = class {
  constructor(name, type, description, value) {
    this.name = name;
    this.type = type;
    this.description = description ?? null;
    this.constant = value !== void 0;
    this.value = value;
    objFreeze(this);
  }
};
var FunctionDeclaration = class {
  constructor({ name, receiverType, returnType, handler, description, params, async }) {
    if (typeof name !== "string") throw new Error("name must be a string");
    if (typeof handler !== "function") throw new Error("handler must be a function");
    this.name = name;
    this.async = isAsync(handler, async);
    this.receiverType = receiverType ?? null;
    this.returnType = returnType;
    this.description = description ?? null;
    this.params = params;
    this.argTypes = params.map((p) => p.type);
    this.macro = this.argTypes.includes(astType);
    const receiverString = receiverType ? `${receiverType}.` : "";
    this.signature = `${receiverString}${name}(${this.argTypes.join(", ")}): ${returnType}`;
    this.handler = this.macro ? wrapMacroExpander(this.signature, handler) : handler;
    this.partitionKey = `${receiverType ? "rcall" : "call"}:${name}:${params.length}`;
    this.hasPlaceholderType = this.returnType.hasPlaceholderType || this.receiverType?.hasPlaceholderType || this.argTypes.some((t) => t.hasPlaceholderType) || false;
    objFreeze(this);
  }
  matchesArgs(argTypes) {
    return argTypes.length === this.argTypes.length && this.argTypes.every((t, i) => t.matches(argTypes[i])) ? this : null;
  }
};
var OperatorDeclaration = class {
  constructor({ op, leftType, rightType, handler, returnType, async }) {
    this.operator = op;
    this.leftType = leftType;
    this.rightType = rightType || null;
    this.handler = handler;
    this.async = isAsync(handler, async);
    this.returnType = returnType;
    if (rightType) this.signature = `${leftType} ${op} ${rightType}: ${returnType}`;
    else this.signature = `${op}${leftType}: ${returnType}`;
    this.hasPlaceholderType = this.leftType.hasPlaceholderType || this.rightType?.hasPlaceholderType || false;
    objFreeze(this);
  }
  equals(other) {
    return this.operator === other.operator && this.leftType === other.leftType && this.rightType === other.rightType;
  }
};
function _createListType(valueType) {
  return new TypeDeclaration({
    kind: "list",
    name: `list<${valueType}>`,
    type: "list",
    valueType
  });
}
function _createPrimitiveType(name) {
  return new TypeDeclaration({ kind: "primitive", name, type: name });
}
function _createMessageType(name) {
  return new TypeDeclaration({ kind: "message", name, type: name });
}
function _createDynType(valueType) {
  const name = valueType ? `dyn<${valueType}>` : "dyn";
  return new TypeDeclaration({ kind: "dyn", name, type: name, valueType });
}
function _createOptionalType(valueType) {
  const name = `optional<${valueType}>`;
  return new TypeDeclaration({ kind: "optional", name, type: "optional", valueType });
}
function _createMapType(keyType, valueType) {
  return new TypeDeclaration({
    kind: "map",
    name: `map<${keyType}, ${valueType}>`,
    type: "map",
    keyType,
    valueType
  });
}
function _createPlaceholderType(name) {
  return new TypeDeclaration({ kind: "param", name, type: name });
}
var dynType = _createDynType();
var astType = _createPrimitiveType("ast");
var listType = _createListType(dynType);
var mapType = _createMapType(dynType, dynType);
var celTypes = {
  string: _createPrimitiveType("string"),
  bool: _createPrimitiveType("bool"),
  int: _createPrimitiveType("int"),
  uint: _createPrimitiveType("uint"),
  double: _createPrimitiveType("double"),
  bytes: _createPrimitiveType("bytes"),
  dyn: dynType,
  null: _createPrimitiveType("null"),
  type: _createPrimitiveType("type"),
  optional: _createOptionalType(dynType),
  list: listType,
  "list<dyn>": listType,
  map: mapType,
  "map<dyn, dyn>": mapType
};
for (const t of [celTypes.string, celTypes.double, celTypes.int]) {
  const list = _createListType(t);
  const map = _createMapType(celTypes.string, t);
  celTypes[list.name] = list;
  celTypes[map.name] = map;
}
Object.freeze(celTypes);
var Candidates = class {
  returnType = null;
  async = false;
  macro = false;
  #matchCache = null;
  #checkCache = null;
  /** @type {Array<FunctionDeclaration>|Array<OperatorDeclaration>} */
  declarations = [];
  constructor(registry) {
    this.registry = registry;
  }
  [Symbol.iterator]() {
    return this.declarations[Symbol.iterator]();
  }
  add(decl) {
    this.returnType = (this.returnType || decl.returnType).unify(this.registry, decl.returnType) || dynType;
    if (decl.macro) this.macro = decl;
    if (decl.async && !this.async) this.async = true;
    this.declarations.push(decl);
    this.#matchCache?.clear();
    this.#checkCache?.clear();
  }
  findFunction(argTypes, receiverType = null) {
    for (let i = 0; i < this.declarations.length; i++) {
      const match = this.#matchesFunction(this.declarations[i], argTypes, receiverType);
      if (match) return match;
    }
    return null;
  }
  findUnaryOverload(left) {
    const cached = (this.#matchCache ??= /* @__PURE__ */ new Map()).get(left);
    if (cached !== void 0) return cached;
    let value = false;
    for (const decl of this.declarations) {
      if (decl.leftType !== left) continue;
      value = decl;
      break;
    }
    this.#matchCache.set(left, value);
    return value;
  }
  findBinaryOverload(left, right) {
    if (left.kind === "dyn" && left.valueType) right = right.wrappedType;
    else if (right.kind === "dyn" && right.valueType) left = left.wrappedType;
    return (this.#matchCache ??= /* @__PURE__ */ new Map()).get(left)?.get(right) ?? this.#cacheBinary(this.#matchCache, left, right, this.#findBinaryUncached(left, right));
  }
  checkBinaryOverload(left, right) {
    return (this.#checkCache ??= /* @__PURE__ */ new Map()).get(left)?.get(right) ?? this.#cacheBinary(this.#checkCache, left, right, this.#checkBinaryUncached(left, right));
  }
  #cacheBinary(c, l, r, v) {
    return (c.get(l) || c.set(l, /* @__PURE__ */ new Map()).get(l)).set(r, v), v;
  }
  #findBinaryUncached(left, right) {
    const ops = this.#findBinaryOverloads(left, right);
    if (ops.length === 0) return false;
    if (ops.length === 1) return ops[0];
    throw new Error(`Operator overload '${ops[0].signature}' overlaps with '${ops[1].signature}'.`);
  }
  #checkBinaryUncached(left, right) {
    const ops = this.#findBinaryOverloads(left, right);
    if (ops.length === 0) return false;
    let rt = ops[0].returnType;
    for (let i = 1; i < ops.length; i++) rt = rt.unify(this.registry, ops[i].returnType) || dynType;
    return rt;
  }
  #findBinaryOverloads(leftType, rightType) {
    const nonexactMatches = [];
    for (const decl of this.declarations) {
      if (decl.leftType === leftType && decl.rightType === rightType) return [decl];
      const secondary = this.#matchBinaryOverload(decl, leftType, rightType);
      if (secondary) nonexactMatches.push(secondary);
    }
    if (nonexactMatches.length === 0) {
      const op = this.declarations[0]?.operator;
      if ((op === "==" || op === "!=") && leftType.kind === "dyn") {
        return fallbackDynEqualityMatchers[op];
      }
    }
    return nonexactMatches;
  }
  #matchBinaryOverload(decl, actualLeft, actualRight) {
    const bindings = decl.hasPlaceholderType ? /* @__PURE__ */ new Map() : null;
    const leftType = this.#matchTypeWithPlaceholders(decl.leftType, actualLeft, bindings);
    if (!leftType) return;
    const rightType = this.#matchTypeWithPlaceholders(decl.rightType, actualRight, bindings);
    if (!rightType) return;
    if ((decl.operator === "==" || decl.operator === "!=") && decl.leftType.kind === "dyn" && decl.leftType.valueType && actualLeft.kind !== "dyn" && actualRight.kind !== "dyn")
      return false;
    return decl.hasPlaceholderType ? {
      async: decl.async,
      signature: decl.signature,
      handler: decl.handler,
      leftType,
      rightType,
      returnType: decl.returnType.templated(this.registry, bindings)
    } : decl;
  }
  #matchesFunction(fn, argTypes, receiverType) {
    if (fn.hasPlaceholderType) return this.#matchWithPlaceholders(fn, argTypes, receiverType);
    if (receiverType && fn.receiverType && !receiverType.matches(fn.receiverType)) return;
    return fn.matchesArgs(argTypes);
  }
  #matchWithPlaceholders(fn, argTypes, receiverType) {
    const bindings = /* @__PURE__ */ new Map();
    if (receiverType && fn.receiverType) {
      if (!this.#matchTypeWithPlaceholders(fn.receiverType, receiverType, bindings)) {
        return null;
      }
    }
    for (let i = 0; i < argTypes.length; i++) {
      if (!this.#matchTypeWithPlaceholders(fn.argTypes[i], argTypes[i], bindings)) {
        return null;
      }
    }
    return {
      async: fn.async,
      handler: fn.handler,
      signature: fn.signature,
      returnType: fn.returnType.templated(this.registry, bindings)
    };
  }
  #matchTypeWithPlaceholders(declared, actual, bindings) {
    if (!declared.hasPlaceholderType) return actual.matches(declared) ? actual : null;
    const treatAsDyn = actual.kind === "dyn";
    if (!this.#collectPlaceholderBindings(declared, actual, bindings, treatAsDyn)) return null;
    if (treatAsDyn) return actual;
    return actual.matches(declared.templated(this.registry, bindings)) ? actual : null;
  }
  #collectPlaceholderBindings(dec, act, bind, fromDyn = false) {
    if (!dec.hasPlaceholderType) return true;
    if (!act) return false;
    const asDyn = fromDyn || act.kind === "dyn";
    act = act.unwrappedType;
    switch (dec.kind) {
      case "param": {
        const type = asDyn ? dynType : act;
        const existing = bind.get(dec.name);
        if (!existing) return bind.set(dec.name, type) && true;
        return existing.kind === "dyn" || type.kind === "dyn" ? true : existing.matchesBoth(type);
      }
      case "list": {
        if (act.name === "dyn") act = dec;
        if (act.kind !== "list") return false;
        return this.#collectPlaceholderBindings(dec.valueType, act.valueType, bind, asDyn);
      }
      case "map": {
        if (act.name === "dyn") act = dec;
        if (act.kind !== "map") return false;
        return this.#collectPlaceholderBindings(dec.keyType, act.keyType, bind, asDyn) && this.#collectPlaceholderBindings(dec.valueType, act.valueType, bind, asDyn);
      }
      case "optional": {
        if (act.name === "dyn") act = dec;
        if (act.kind !== "optional") return false;
        return this.#collectPlaceholderBindings(dec.valueType, act.valueType, bind, asDyn);
      }
    }
    return true;
  }
};
function splitByComma(str) {
  const parts = [];
  let current = "";
  let depth = 0;
  for (const char of str) {
    if (char === "<") depth++;
    else if (char === ">") depth--;
    else if (char === "," && depth === 0) {
      parts.push(current.trim());
      current = "";
      continue;
    }
    current += char;
  }
  if (current) parts.push(current.trim());
  return parts;
}
var objTypesDecls = [
  [UnsignedInt, "uint", TYPES.uint, celTypes.uint],
  [Type, "type", TYPES.type, celTypes.type],
  [Optional, "optional", optionalType, celTypes.optional],
  [Uint8Array, "bytes", TYPES.bytes, celTypes.bytes],
  ...typeof Buffer !== "undefined" ? [[Buffer, "bytes", TYPES.bytes, celTypes.bytes]] : []
].map(([ctor, name, typeType, type]) => Object.freeze({ name, typeType, type, ctor }));
var objTypes = objTypesDecls.map((t) => [t.name, t]);
var objTypesCtor = objTypesDecls.map((t) => [t.ctor, t]);
var invalidVar = (postfix) => new Error(`Invalid variable declaration: ${postfix}`);
var invalidType = (postfix) => new Error(`Invalid type declaration: ${postfix}`);
var fallbackDynEqualityMatchers = {
  "==": [{ handler: (a, b) => a === b, returnType: celTypes.bool }],
  "!=": [{ handler: (a, b) => a !== b, returnType: celTypes.bool }]
};
var Registry = class _Registry {
  #parent = null;
  #typeDeclarations;
  #ownsVariables = true;
  #operators = null;
  #functions = null;
  #operatorsByOp = null;
  #functionsByKey = null;
  #listTypes = null;
  #mapTypes = null;
  #optionalTypes = null;
  #others = null;
  #locked = false;
  constructor(opts = {}) {
    this.enableOptionalTypes = opts.enableOptionalTypes ?? false;
    this.unlistedVariablesAreDyn = opts.unlistedVariablesAreDyn ?? false;
    const parent = opts.parent instanceof _Registry ? opts.parent : null;
    if (parent) {
      this.#parent = parent;
      let opParent = parent;
      while (opParent && !opParent.#operators) opParent = opParent.#parent;
      let fnParent = parent;
      while (fnParent && !fnParent.#functions) fnParent = fnParent.#parent;
      this.#operatorsByOp = parent.#operatorsByOp;
      this.#functionsByKey = parent.#functionsByKey;
      this.#others = { operators: opParent.#operators, functions: fnParent.#functions };
      this.objectTypes = new Map(parent.objectTypes);
      this.objectTypesByConstructor = new Map(parent.objectTypesByConstructor);
      this.variables = parent.variables;
      this.#ownsVariables = false;
      this.#typeDeclarations = parent.#typeDeclarations;
      this.#listTypes = parent.#listTypes;
      this.#mapTypes = parent.#mapTypes;
      this.#optionalTypes = parent.#optionalTypes;
      if (this.enableOptionalTypes !== parent.enableOptionalTypes || this.unlistedVariablesAreDyn !== parent.unlistedVariablesAreDyn) {
        toggleOptionalTypes(this, this.enableOptionalTypes);
      }
    } else {
      this.#operators = [];
      this.#functions = [];
      this.objectTypes = new Map(objTypes);
      this.objectTypesByConstructor = new Map(objTypesCtor);
      this.#typeDeclarations = new Map(objEntries(celTypes));
      this.#listTypes = /* @__PURE__ */ new Map();
      this.#mapTypes = /* @__PURE__ */ new Map();
      this.#optionalTypes = /* @__PURE__ */ new Map();
      this.variables = /* @__PURE__ */ new Map();
      this.variables.dyn = this.unlistedVariablesAreDyn;
      for (const n in TYPES) this.registerConstant(n, "type", TYPES[n]);
    }
  }
  #ensureOwnVariables() {
    if (this.#ownsVariables) return;
    this.variables = new Map(this.variables);
    this.variables.dyn = this.unlistedVariablesAreDyn;
    this.#ownsVariables = true;
  }
  // Used by toggleOptionalTypes in optional.js to clear a variable before re-registering it
  deleteVariable(name) {
    this.#ensureOwnVariables();
    this.variables.delete(name);
  }
  #pushOperator(decl) {
    if (!this.#operators) this.#operatorsByOp = null;
    this.operatorCandidates(decl.operator).add(decl);
    this.#operators.push(decl);
  }
  #pushFunction(decl) {
    if (!this.#functions) this.#functionsByKey = null;
    this.#functionCandidates(decl.partitionKey).add(decl);
    this.#functions.push(decl);
  }
  #ensureCandiate(c, key) {
    return c.get(key) || c.set(key, new Candidates(this)).get(key);
  }
  #getOperators() {
    if (this.#operators) return this.#operators;
    return this.#operators = [...this.#others.operators];
  }
  #getFunctions() {
    if (this.#functions) return this.#functions;
    return this.#functions = [...this.#others.functions];
  }
  operatorCandidates(op) {
    if (this.#operatorsByOp) return this.#ensureCandiate(this.#operatorsByOp, op);
    const c = this.#operatorsByOp = /* @__PURE__ */ new Map();
    for (const decl of this.#getOperators()) this.#ensureCandiate(c, decl.operator).add(decl);
    return this.#ensureCandiate(c, op);
  }
  functionCandidates(rec, name, argLen) {
    return this.#functionCandidates(`${rec ? "rcall" : "call"}:${name}:${argLen}`);
  }
  #functionCandidates(key) {
    if (this.#functionsByKey) return this.#ensureCandiate(this.#functionsByKey, key);
    const c = this.#functionsByKey = /* @__PURE__ */ new Map();
    for (const decl of this.#getFunctions()) this.#ensureCandiate(c, decl.partitionKey).add(decl);
    return this.#ensureCandiate(c, key);
  }
  registerVariable(name, type, opts) {
    if (this.#locked) throw new Error("Cannot modify frozen registry");
    let description = opts?.description;
    let value;
    if (typeof name === "string" && typeof type === "object" && !(type instanceof TypeDeclaration)) {
      description = type.description;
      value = type.value;
      if (type.schema) type = this.registerType({ name: `$${name}`, schema: type.schema }).type;
      else type = type.type;
    } else if (typeof name === "object") {
      if (name.schema) type = this.registerType({ name: `$${name.name}`, schema: name.schema }).type;
      else type = name.type;
      description = name.description;
      value = name.value;
      name = name.name;
    }
    if (typeof name !== "string" || !name) throw invalidVar(`name must be a string`);
    if (RESERVED.has(name)) throw invalidVar(`'${name}' is a reserved name`);
    if (this.variables.get(name) !== void 0) throw invalidVar(`'${name}' is already registered`);
    if (typeof type === "string") type = this.getType(type);
    else if (!(type instanceof TypeDeclaration)) throw invalidVar(`type is required`);
    this.#ensureOwnVariables();
    this.variables.set(name, new VariableDeclaration(name, type, description, value));
    return this;
  }
  #registerSchemaAsType(name, schema) {
    const fields = /* @__PURE__ */ Object.create(null);
    for (const key of objKeys(schema)) {
      const def = schema[key];
      if (typeof def === "object" && def) {
        fields[key] = this.registerType({ name: `${name}.${key}`, schema: def }).type.name;
      } else if (typeof def === "string") {
        fields[key] = def;
      } else {
        throw new Error(`Invalid field definition for '${name}.${key}'`);
      }
    }
    return fields;
  }
  registerConstant(name, type, value) {
    if (typeof name === "object") this.registerVariable(name);
    else this.registerVariable({ name, type, value });
    return this;
  }
  getType(typename) {
    return this.#parseTypeString(typename, true);
  }
  getListType(type) {
    return this.#listTypes.get(type) || this.#listTypes.set(type, this.#parseTypeString(`list<${type}>`, true)).get(type);
  }
  getMapType(a, b) {
    return this.#mapTypes.get(a)?.get(b) || (this.#mapTypes.get(a) || this.#mapTypes.set(a, /* @__PURE__ */ new Map()).get(a)).set(b, this.#parseTypeString(`map<${a}, ${b}>`, true)).get(b);
  }
  getOptionalType(type) {
    return this.#optionalTypes.get(type) || this.#optionalTypes.set(type, this.#parseTypeString(`optional<${type}>`, true)).get(type);
  }
  assertType(typename, type, signature) {
    try {
      return this.#parseTypeString(typename, true);
    } catch (e) {
      e.message = `Invalid ${type} '${e.unknownType || typename}' in '${signature}'`;
      throw e;
    }
  }
  getFunctionType(typename) {
    if (typename === "ast") return astType;
    const t = this.#parseTypeString(typename, true);
    if (t.kind === "dyn" && t.valueType) throw new Error(`type '${t.name}' is not supported`);
    return t;
  }
  registerType(name, _d) {
    if (this.#locked) throw new Error("Cannot modify frozen registry");
    if (typeof name === "object") _d = name, name = _d.fullName || _d.name || _d.ctor?.name;
    if (typeof name === "string" && name[0] === ".") name = name.slice(1);
    if (typeof name !== "string" || name.length < 2 || RESERVED.has(name)) {
      throw invalidType(`name '${name}' is not valid`);
    }
    if (this.objectTypes.has(name)) throw invalidType(`type '${name}' already registered`);
    const type = this.#parseTypeString(name, false);
    if (type.kind !== "message") throw invalidType(`type '${name}' is not valid`);
    const decl = {
      name,
      typeType: new Type(name),
      type,
      ctor: typeof _d === "function" ? _d : _d?.ctor,
      convert: typeof _d === "function" ? void 0 : _d?.convert,
      fields: typeof _d?.schema === "object" ? this.#normalizeFields(name, this.#registerSchemaAsType(name, _d.schema)) : this.#normalizeFields(name, typeof _d === "function" ? void 0 : _d?.fields)
    };
    if (typeof decl.ctor !== "function") {
      if (!decl.fields) throw invalidType(`type '${name}' requires a constructor or fields`);
      Object.assign(decl, this.#createDefaultConvert(name, decl.fields));
    }
    this.objectTypes.set(name, Object.freeze(decl));
    this.objectTypesByConstructor.set(decl.ctor, decl);
    this.registerFunctionOverload(`type(${name}): type`, () => decl.typeType, { async: false });
    return decl;
  }
  /** @returns {TypeDeclaration} */
  #parseTypeString(typeStr, requireKnownTypes = true) {
    let match = this.#typeDeclarations.get(typeStr);
    if (match) return match;
    if (typeof typeStr !== "string" || !typeStr.length) {
      throw new Error(`Invalid type: must be a string`);
    }
    match = typeStr.match(/^[A-Z]$/);
    if (match) return this.#createDeclaration(_createPlaceholderType, typeStr, typeStr);
    match = typeStr.match(/^(dyn|list|map|optional)<(.+)>$/);
    if (!match) {
      if (requireKnownTypes) {
        const err = new Error(`Unknown type: ${typeStr}`);
        err.unknownType = typeStr;
        throw err;
      }
      return this.#createDeclaration(_createMessageType, typeStr, typeStr);
    }
    const kind = match[1];
    const inner = match[2].trim();
    switch (kind) {
      case "dyn": {
        const type = this.#parseTypeString(inner, requireKnownTypes).wrappedType;
        this.#typeDeclarations.set(type.name, type);
        return type;
      }
      case "list": {
        const vType = this.#parseTypeString(inner, requireKnownTypes);
        return this.#createDeclaration(_createListType, `list<${vType}>`, vType);
      }
      case "map": {
        const parts = splitByComma(inner);
        if (parts.length !== 2) throw new Error(`Invalid map type: ${typeStr}`);
        const kType = this.#parseTypeString(parts[0], requireKnownTypes);
        const vType = this.#parseTypeString(parts[1], requireKnownTypes);
        return this.#createDeclaration(_createMapType, `map<${kType}, ${vType}>`, kType, vType);
      }
      case "optional": {
        const vType = this.#parseTypeString(inner, requireKnownTypes);
        return this.#createDeclaration(_createOptionalType, `optional<${vType}>`, vType);
      }
    }
  }
  #createDeclaration(creator, key, ...args) {
    return this.#typeDeclarations.get(key) || this.#typeDeclarations.set(key, creator(...args)).get(key);
  }
  findMacro(name, hasReceiver, argLen) {
    return this.functionCandidates(hasReceiver, name, argLen).macro;
  }
  findUnaryOverload(op, left) {
    return this.operatorCandidates(op).findUnaryOverload(left);
  }
  findBinaryOverload(op, left, right) {
    return this.operatorCandidates(op).findBinaryOverload(left, right);
  }
  #toCelFieldType(field) {
    if (typeof field === "string") return { type: field };
    if (field.id) return protobufjsFieldToCelType(field);
    return field;
  }
  #toCelFieldDeclaration(typename, fields, k, requireKnownTypes = false) {
    try {
      const field = this.#toCelFieldType(fields[k]);
      if (typeof field?.type !== "string") throw new Error(`unsupported declaration`);
      return this.#parseTypeString(field.type, requireKnownTypes);
    } catch (e) {
      e.message = `Field '${k}' in type '${typename}' has unsupported declaration: ${JSON.stringify(fields[k])}`;
      throw e;
    }
  }
  #normalizeFields(typename, fields) {
    if (!fields) return;
    const all = /* @__PURE__ */ Object.create(null);
    for (const k of objKeys(fields)) all[k] = this.#toCelFieldDeclaration(typename, fields, k);
    return all;
  }
  #createDefaultConvert(name, fields) {
    const keys = objKeys(fields);
    const conversions = /* @__PURE__ */ Object.create(null);
    for (const k of keys) {
      const type = fields[k];
      const decl = type.kind === "message" && this.objectTypes.get(type.name);
      if (decl === false) conversions[k] = false;
      else conversions[k] = decl.convert ? decl : false;
    }
    const Ctor = {
      [name]: class extends Map {
        #raw;
        constructor(v) {
          super();
          this.#raw = v;
        }
        [Symbol.iterator]() {
          if (this.size !== keys.length) for (const k of keys) this.get(k);
          return super[Symbol.iterator]();
        }
        get(field) {
          let v = super.get(field);
          if (v !== void 0 || this.has(field)) return v;
          const dec = conversions[field];
          if (dec === void 0) return;
          v = this.#raw instanceof Map ? this.#raw.get(field) : this.#raw?.[field];
          if (dec && v && typeof v === "object") {
            switch (v.constructor) {
              case void 0:
              case Object:
              case Map:
                v = dec.convert(v);
            }
          }
          return super.set(field, v), v;
        }
      }
    }[name];
    return {
      ctor: Ctor,
      convert(v) {
        if (!v) return;
        if (v.constructor === Ctor) return v;
        return new Ctor(v);
      }
    };
  }
  clone(opts) {
    this.#locked = true;
    return new _Registry({
      parent: this,
      unlistedVariablesAreDyn: opts.unlistedVariablesAreDyn,
      enableOptionalTypes: opts.enableOptionalTypes
    });
  }
  getDefinitions() {
    const variables = [];
    const functions2 = [];
    for (const [, varDecl] of this.variables) {
      if (!varDecl) continue;
      variables.push({
        name: varDecl.name,
        description: varDecl.description || null,
        type: varDecl.type.name
      });
    }
    for (const decl of this.#getFunctions()) {
      functions2.push({
        signature: decl.signature,
        name: decl.name,
        description: decl.description,
        receiverType: decl.receiverType ? decl.receiverType.name : null,
        returnType: decl.returnType.name,
        params: decl.params.map((p) => ({
          name: p.name,
          type: p.type.name,
          description: p.description
        }))
      });
    }
    return { variables, functions: functions2 };
  }
  #parseSignature(signature) {
    if (typeof signature !== "string") throw new Error("Invalid signature: must be a string");
    const match = signature.match(/^(?:([a-zA-Z0-9.<>]+)\.)?(\w+)\(([^)]*)\):(.*)$/);
    if (!match) throw new Error(`Invalid signature: ${signature}`);
    const returnType = match[4].trim();
    if (!returnType) throw new Error(`Invalid signature: ${signature}`);
    return {
      receiverType: match[1] || null,
      name: match[2],
      argTypes: splitByComma(match[3]),
      returnType
    };
  }
  /**
   * @param {FunctionDeclaration} a
   * @param {FunctionDeclaration} b
   */
  #functionSignatureOverlaps(a, b) {
    if (a.name !== b.name) return false;
    if (a.argTypes.length !== b.argTypes.length) return false;
    if ((a.receiverType || b.receiverType) && (!a.receiverType || !b.receiverType)) return false;
    const isDifferentReceiver = a.receiverType !== b.receiverType && a.receiverType !== dynType && b.receiverType !== dynType;
    return !isDifferentReceiver && (b.macro || a.macro || b.argTypes.every((t, i) => {
      const o = a.argTypes[i];
      return t === o || t === dynType || o === dynType;
    }));
  }
  /** @param {FunctionDeclaration} newDec */
  #checkOverlappingSignatures(newDec) {
    for (const decl of this.#functionCandidates(newDec.partitionKey)) {
      if (!this.#functionSignatureOverlaps(decl, newDec)) continue;
      throw new Error(
        `Function signature '${newDec.signature}' overlaps with existing overload '${decl.signature}'.`
      );
    }
  }
  #normalizeParam(i, aType, param) {
    if (!param) return { type: this.getFunctionType(aType), name: `arg${i}`, description: null };
    const type = param.type || aType;
    if (!type) throw new Error(`params[${i}].type is required`);
    if (aType && type !== aType) throw new Error(`params[${i}].type not equal to signature type`);
    return {
      name: param.name || `arg${i}`,
      type: this.getFunctionType(type),
      description: param.description ?? null
    };
  }
  registerFunctionOverload(s, handler, opts) {
    if (this.#locked) throw new Error("Cannot modify frozen registry");
    if (typeof s === "object") opts = s;
    else if (typeof handler === "object") opts = handler;
    else if (!opts) opts = {};
    const sig = typeof s === "string" ? s : opts.signature ?? void 0;
    const parsed = sig !== void 0 ? this.#parseSignature(sig) : void 0;
    const name = parsed?.name || opts.name;
    const receiverType = parsed?.receiverType || opts.receiverType;
    const argTypes = parsed?.argTypes;
    const returnType = parsed?.returnType || opts.returnType;
    const params = opts.params;
    handler = typeof handler === "function" ? handler : opts.handler;
    let dec;
    try {
      if (!name) throw new Error(`signature or name are required`);
      if (!returnType) throw new Error(`must have a returnType`);
      if (params) {
        if (argTypes && params.length !== argTypes.length) {
          throw new Error(`mismatched length in params and args in signature`);
        }
      } else if (!argTypes) throw new Error(`signature or params are required`);
      dec = new FunctionDeclaration({
        name,
        async: opts?.async,
        receiverType: receiverType ? this.getType(receiverType) : null,
        returnType: this.getType(returnType),
        handler,
        description: opts.description,
        params: (argTypes || params).map(
          (_, i) => this.#normalizeParam(i, argTypes?.[i], params?.[i])
        )
      });
    } catch (e) {
      if (typeof sig === "string") e.message = `Invalid function declaration '${sig}': ${e.message}`;
      else if (name) e.message = `Invalid function declaration '${name}': ${e.message}`;
      else e.message = `Invalid function declaration: ${e.message}`;
      throw e;
    }
    this.#checkOverlappingSignatures(dec);
    this.#pushFunction(dec);
  }
  registerOperatorOverload(string, handler, opts) {
    const unaryParts = string.match(/^([-!])([\w.<>]+)(?::\s*([\w.<>]+))?$/);
    if (unaryParts) {
      const [, op2, operandType, returnType2] = unaryParts;
      return this.unaryOverload(op2, operandType, handler, returnType2, opts?.async);
    }
    const parts = string.match(
      /^([\w.<>]+) ([-+*%/]|==|!=|<|<=|>|>=|in) ([\w.<>]+)(?::\s*([\w.<>]+))?$/
    );
    if (!parts) throw new Error(`Operator overload invalid: ${string}`);
    const [, leftType, op, rightType, returnType] = parts;
    return this.binaryOverload(leftType, op, rightType, handler, returnType);
  }
  unaryOverload(op, typeStr, handler, returnTypeStr, async) {
    if (this.#locked) throw new Error("Cannot modify frozen registry");
    const leftType = this.assertType(typeStr, "type", `${op}${typeStr}`);
    const returnType = this.assertType(
      returnTypeStr || typeStr,
      "return type",
      `${op}${typeStr}: ${returnTypeStr || typeStr}`
    );
    const d = new OperatorDeclaration({ op: `${op}_`, leftType, returnType, handler, async });
    this.#pushOperator(this.#assertOverload(d));
  }
  #hasOverload(d) {
    for (const o of this.operatorCandidates(d.operator)) if (d.equals(o)) return true;
    return false;
  }
  #assertOverload(decl) {
    if (!this.#hasOverload(decl)) return decl;
    throw new Error(`Operator overload already registered: ${decl.signature}`);
  }
  binaryOverload(leftTypeStr, op, rightTypeStr, handler, returnTypeStr, async) {
    if (this.#locked) throw new Error("Cannot modify frozen registry");
    returnTypeStr ??= isRelational.has(op) ? "bool" : leftTypeStr;
    const sig = `${leftTypeStr} ${op} ${rightTypeStr}: ${returnTypeStr}`;
    let leftType = this.assertType(leftTypeStr, "left type", sig);
    let rightType = this.assertType(rightTypeStr, "right type", sig);
    const returnType = this.assertType(returnTypeStr, "return type", sig);
    if (leftType.kind === "dyn" && leftType.valueType) rightType = rightType.wrappedType;
    else if (rightType.kind === "dyn" && rightType.valueType) leftType = leftType.wrappedType;
    if (isRelational.has(op) && returnType.type !== "bool") {
      throw new Error(`Comparison operator '${op}' must return 'bool', got '${returnType.type}'`);
    }
    const dec = new OperatorDeclaration({ op, leftType, rightType, returnType, handler, async });
    if (dec.hasPlaceholderType && !(rightType.hasPlaceholderType && leftType.hasPlaceholderType)) {
      throw new Error(
        `Operator overload with placeholders must use them in both left and right types: ${sig}`
      );
    }
    this.#assertOverload(dec);
    if (op === "==") {
      const declarations = [
        new OperatorDeclaration({
          op: "!=",
          leftType,
          rightType,
          handler(a, b, ast, ev) {
            return !handler(a, b, ast, ev);
          },
          returnType,
          async
        })
      ];
      if (leftType !== rightType) {
        declarations.push(
          new OperatorDeclaration({
            op: "==",
            leftType: rightType,
            rightType: leftType,
            handler(a, b, ast, ev) {
              return handler(b, a, ast, ev);
            },
            returnType,
            async
          }),
          new OperatorDeclaration({
            op: "!=",
            leftType: rightType,
            rightType: leftType,
            handler(a, b, ast, ev) {
              return !handler(b, a, ast, ev);
            },
            returnType,
            async
          })
        );
      }
      for (const decl of declarations) this.#assertOverload(decl);
      for (const decl of declarations) this.#pushOperator(decl);
    }
    this.#pushOperator(dec);
  }
};
var isRelational = /* @__PURE__ */ new Set(["<", "<=", ">", ">=", "==", "!=", "in"]);
function createRegistry(opts) {
  return new Registry(opts);
}
var RootContext = class {
  #vars;
  #contextObj;
  #contextMap;
  #convertCache;
  constructor(registry, context) {
    this.#vars = registry.variables;
    if (context === void 0 || context === null) return;
    if (typeof context !== "object") {
      throw evaluationError("invalid_context", "Context must be an object");
    }
    if (context instanceof Map) this.#contextMap = context;
    else this.#contextObj = context;
  }
  getValue(key) {
    return this.#convertCache?.get(key) || (this.#contextObj ? this.#contextObj[key] : this.#contextMap?.get(key));
  }
  getVariable(name) {
    return this.#vars.get(name) ?? (this.#vars.dyn && !RESERVED.has(name) ? new VariableDeclaration(name, dynType) : void 0);
  }
  getCheckedValue(ev, ast) {
    const v = this.getValue(ast.args);
    if (v === void 0) throw ev.createError("unknown_variable", `Unknown variable: ${ast.args}`, ast);
    if (ast.checkedType.matchesValueType(v, ev)) return v;
    const type = ast.checkedType;
    const valueType = ev.debugType(v);
    if (type.kind === "message" && valueType.kind === "map") {
      const c = ev.objectTypes.get(type.name)?.convert?.(v);
      if (c) return (this.#convertCache ??= /* @__PURE__ */ new Map()).set(ast.args, c), c;
    }
    throw ev.createError(
      "variable_type_mismatch",
      `Variable '${ast.args}' is not of type '${type}', got '${valueType}'`,
      ast
    );
  }
  forkWithVariable(iterVar, iterType) {
    return new OverlayContext(this, iterVar, iterType);
  }
};
var OverlayContext = class _OverlayContext {
  #parent;
  accuType;
  accuValue;
  iterValue;
  constructor(parent, iterVar, iterType) {
    this.#parent = parent;
    this.iterVar = iterVar;
    this.iterType = iterType;
  }
  forkWithVariable(iterVar, iterType) {
    return new _OverlayContext(this, iterVar, iterType);
  }
  reuse(parent) {
    if (!this.async) return this.#parent = parent, this;
    const ctx = new _OverlayContext(parent, this.iterVar, this.iterType);
    ctx.accuType = this.accuType;
    return ctx;
  }
  setIterValue(v, ev) {
    if (this.iterType.matchesValueType(v, ev)) return this.iterValue = v, this;
    const type = this.iterType;
    const valueType = ev.debugType(v);
    if (type.kind === "message" && valueType.kind === "map") {
      const c = ev.objectTypes.get(type.name)?.convert?.(v);
      if (c) return this.iterValue = c, this;
    }
    throw ev.createError(
      "variable_type_mismatch",
      `Variable '${this.iterVar}' is not of type '${type}', got '${valueType}'`
    );
  }
  setAccuType(type) {
    return this.accuType = type, this;
  }
  setAccuValue(v) {
    return this.accuValue = v, this;
  }
  getValue(key) {
    return this.iterVar === key ? this.iterValue : this.#parent.getValue(key);
  }
  getCheckedValue(ev, ast) {
    if (this.iterVar === ast.args) return this.iterValue;
    return this.#parent.getCheckedValue(ev, ast);
  }
  getVariable(name) {
    if (this.iterVar === name) return new VariableDeclaration(name, this.iterType);
    return this.#parent.getVariable(name);
  }
};
function protobufjsFieldToCelType(field) {
  let fieldType;
  if (field.map) {
    const keyType = protobufjsTypeToCelType(field.keyType, field.resolvedKeyType);
    const valueType = protobufjsTypeToCelType(field.type, field.resolvedType);
    fieldType = `map<${keyType}, ${valueType}>`;
  } else {
    fieldType = protobufjsTypeToCelType(field.type, field.resolvedType);
  }
  return { type: field.repeated ? `list<${fieldType}>` : fieldType };
}
function protobufjsTypeToCelType(protoType, resolvedType) {
  switch (protoType) {
    case "string":
      return "string";
    case "bytes":
      return "bytes";
    case "bool":
      return "bool";
    // protobufjs uses JavaScript numbers for all numeric types
    case "double":
    case "float":
    case "int32":
    case "int64":
    case "sint32":
    case "sint64":
    case "sfixed32":
    case "sfixed64":
    case "uint32":
    case "uint64":
    case "fixed32":
    case "fixed64":
      return "double";
    default:
      switch (resolvedType?.constructor.name) {
        case "Type":
          return resolvedType.fullName.slice(1);
        case "Enum":
          return "int";
      }
      if (protoType?.includes(".")) return protoType;
      return "dyn";
  }
}

// node_modules/@marcbachmann/cel-js/lib/operators.js
var dynType2 = celTypes.dyn;
var Base = class {
  dynType = celTypes.dyn;
  optionalType = celTypes.optional;
  stringType = celTypes.string;
  intType = celTypes.int;
  doubleType = celTypes.double;
  boolType = celTypes.bool;
  nullType = celTypes.null;
  listType = celTypes.list;
  mapType = celTypes.map;
  constructor(opts) {
    this.opts = opts.opts;
    this.registry = opts.registry;
    this.objectTypes = this.registry.objectTypes;
    this.objectTypesByConstructor = this.registry.objectTypesByConstructor;
  }
  /**
   * Get a TypeDeclaration instance for a type name
   * @param {string} typeName - The type name (e.g., 'string', 'int', 'dyn')
   * @returns {TypeDeclaration} The type declaration instance
   */
  getType(typeName) {
    return this.registry.getType(typeName);
  }
  debugType(v) {
    switch (typeof v) {
      case "string":
        return this.stringType;
      case "bigint":
        return this.intType;
      case "number":
        return this.doubleType;
      case "boolean":
        return this.boolType;
      case "object":
        if (v === null) return this.nullType;
        switch (v.constructor) {
          case void 0:
          case Object:
          case Map:
            return this.mapType;
          case Array:
          case Set:
            return this.listType;
          default:
            return this.objectTypesByConstructor.get(v.constructor)?.type || unsupportedType(this, v.constructor?.name || typeof v);
        }
      default:
        unsupportedType(this, typeof v);
    }
  }
};
function unsupportedType(self, type) {
  throw self.createError("unsupported_type", `Unsupported type: ${type}`);
}
var maybeAsyncArray = (a) => Array.isArray(a) ? a.some((n) => n.maybeAsync) : false;
function maybeAsync(l, r, h) {
  if (r === true || r && (r?.maybeAsync || maybeAsyncArray(r))) return maybeAsyncBoth(h);
  if (l === true || l && (l?.maybeAsync || maybeAsyncArray(l))) return maybeAsyncFirst(h);
  return h;
}
function maybeAsyncBoth(handler) {
  return handler.__asyncBoth ??= function handle(a, b, c, d) {
    if (!(a instanceof Promise || b instanceof Promise)) return handler(a, b, c, d);
    if (!(b instanceof Promise)) return a.then((_a) => handler(_a, b, c, d));
    if (!(a instanceof Promise)) return b.then((_b) => handler(a, _b, c, d));
    return Promise.all([a, b]).then((p) => handler(p[0], p[1], c, d));
  };
}
function maybeAsyncFirst(handler) {
  return handler.__asyncFirst ??= function handle(a, b, c, d) {
    if (a instanceof Promise) return a.then((_a) => handler(_a, b, c, d));
    return handler(a, b, c, d);
  };
}
function checkAccessNode(chk, ast, ctx) {
  ast.right = ast.args[1];
  const leftType = chk.check(ast.left = ast.args[0], ctx);
  if (ast.op === "[]") chk.check(ast.right, ctx);
  ast.handle = maybeAsync(
    ast.left,
    ast.op === "[]" ? ast.right : false,
    leftType !== dynType2 ? fieldAccessStatic : fieldAccess
  );
  if (leftType.kind !== "optional") return chk.checkAccessOnType(ast, ctx, leftType);
  return chk.registry.getOptionalType(chk.checkAccessOnType(ast, ctx, leftType.valueType, true));
}
function checkOptionalAccessNode(chk, ast, ctx) {
  ast.right = ast.args[1];
  const leftType = chk.check(ast.left = ast.args[0], ctx);
  if (ast.op === "[?]") chk.check(ast.right, ctx);
  ast.handle = maybeAsync(ast.left, ast.op === "[?]" ? ast.right : false, oFieldAccess);
  const actualType = leftType.kind === "optional" ? leftType.valueType : leftType;
  return chk.registry.getOptionalType(chk.checkAccessOnType(ast, ctx, actualType, true));
}
var HOMOGENEOUS_PREFIX = {
  heterogeneous_list_element: "List elements must have the same type,",
  heterogeneous_map_key: "Map key uses wrong type,",
  heterogeneous_map_value: "Map value uses wrong type,"
};
function checkElementHomogenous(chk, ctx, expected, el, code) {
  const type = chk.check(el, ctx);
  if (type === expected || expected.isEmpty()) return type;
  if (type.isEmpty()) return expected;
  throw chk.createError(
    code,
    `${HOMOGENEOUS_PREFIX[code]} expected type '${chk.formatType(expected)}' but found '${chk.formatType(type)}'`,
    el
  );
}
function checkElement(chk, ctx, expected, el) {
  return expected.unify(chk.registry, chk.check(el, ctx)) || dynType2;
}
function ternaryConditionError(ev, value, node) {
  const type = ev.debugRuntimeType(value);
  return ev.createError(
    "invalid_condition_type",
    `${node.meta.label || "Ternary condition must be bool"}, got '${type}'`,
    node
  );
}
function handleTernary(c, ev, ast, ctx) {
  if (c === true) return ev.run(ast.left, ctx);
  if (c === false) return ev.run(ast.right, ctx);
  throw ternaryConditionError(ev, c, ast.condition);
}
function logicalOperandError(ev, value, node) {
  const type = ev.debugRuntimeType(value);
  return ev.createError(
    "invalid_logical_operand",
    `Logical operator requires bool operands, got '${type}'`,
    node
  );
}
function logicalValueOrErr(ev, v, node) {
  if (v instanceof Error) return v;
  return logicalOperandError(ev, v, node);
}
function _logicalOp(exp, ev, ast, left, right) {
  if (right === exp) return exp;
  if (right === !exp) {
    if (left === right) return right;
    throw logicalValueOrErr(ev, left, ast.left);
  }
  if (right instanceof Promise) return right.then((r) => _logicalOpAsync(exp, ev, ast, left, r));
  throw logicalOperandError(ev, right, ast.left);
}
function _logicalOpAsync(exp, ev, ast, left, right) {
  if (right === exp) return exp;
  if (typeof right !== "boolean") throw logicalOperandError(ev, right, ast.right);
  if (typeof left !== "boolean") throw logicalValueOrErr(ev, left, ast.left);
  return !exp;
}
function checkLogicalOp(chk, ast, ctx) {
  const leftType = chk.check(ast.left = ast.args[0], ctx);
  const rightType = chk.check(ast.right = ast.args[1], ctx);
  if (!leftType.isDynOrBool()) {
    throw chk.createError(
      "invalid_logical_operand",
      `Logical operator requires bool operands, got '${chk.formatType(leftType)}'`,
      ast
    );
  }
  if (!rightType.isDynOrBool()) {
    throw chk.createError(
      "invalid_logical_operand",
      `Logical operator requires bool operands, got '${chk.formatType(rightType)}'`,
      ast
    );
  }
  return chk.boolType;
}
function checkUnary(chk, ast, ctx) {
  const op = ast.op;
  const right = chk.check(ast.args, ctx);
  ast.candidates = chk.registry.operatorCandidates(op);
  if (right.kind === "dyn") {
    ast.handle = maybeAsync(ast.args, false, handleUnary);
    return ast.candidates.returnType;
  }
  const overload = ast.candidates.findUnaryOverload(right);
  if (!overload) {
    throw chk.createError(
      "no_such_overload",
      `no such overload: ${op[0]}${chk.formatType(right)}`,
      ast
    );
  }
  ast.handle = maybeAsync(ast.args, false, overload.handler);
  return overload.returnType;
}
function handleUnary(left, ast, ev) {
  const leftType = ev.debugRuntimeType(left, ast.args.checkedType);
  const overload = ast.candidates.findUnaryOverload(leftType);
  if (overload) return overload.handler(left);
  throw ev.createError("no_such_overload", `no such overload: ${ast.op[0]}${leftType}`, ast);
}
function evaluateUnary(ev, ast, ctx) {
  return ast.handle(ev.run(ast.args, ctx), ast, ev);
}
function checkBinary(chk, ast, ctx) {
  const op = ast.op;
  const left = chk.check(ast.left = ast.args[0], ctx);
  const right = chk.check(ast.right = ast.args[1], ctx);
  ast.candidates = chk.registry.operatorCandidates(op);
  const overload = left.hasDynType || right.hasDynType ? void 0 : ast.candidates.findBinaryOverload(left, right);
  ast.handle = maybeAsync(ast.left, ast.right, overload?.handler || handleBinary);
  if (overload) return overload.returnType;
  const type = ast.candidates.checkBinaryOverload(left, right);
  if (!left.hasDynType) ast.leftStaticType = left;
  if (!right.hasDynType) ast.rightStaticType = right;
  if (type) return type;
  throw chk.createError(
    "no_such_overload",
    `no such overload: ${chk.formatType(left)} ${op} ${chk.formatType(right)}`,
    ast
  );
}
function evaluateBinary(ev, ast, ctx) {
  return ast.handle(ev.run(ast.left, ctx), ev.run(ast.right, ctx), ast, ev);
}
function evaluateBinaryFirst(ev, ast, ctx) {
  return ast.handle(ev.run(ast.left, ctx), ast.right, ast, ev);
}
function handleBinary(left, right, ast, ev) {
  const leftType = ast.leftStaticType || ev.debugTypeDeep(left).wrappedType;
  const rightType = ast.rightStaticType || ev.debugTypeDeep(right).wrappedType;
  const overload = ast.candidates.findBinaryOverload(leftType, rightType);
  if (overload) return overload.handler(left, right, ast, ev);
  throw ev.createError(
    "no_such_overload",
    `no such overload: ${leftType} ${ast.op} ${rightType}`,
    ast
  );
}
function callFunctionHandler(handler, ev, args, ast) {
  try {
    const result = handler.apply(ev, args);
    if (result instanceof Promise) {
      return result.catch((error) => {
        throw attachErrorAst(error, ast);
      });
    }
    return result;
  } catch (error) {
    throw attachErrorAst(error, ast);
  }
}
function callFn(args, ast, ev) {
  const argAst = ast.args[1];
  const types = ast.argTypes;
  let i = argAst.length;
  while (i--) types[i] = ev.debugRuntimeType(args[i], argAst[i].checkedType);
  const decl = ast.candidates.findFunction(types);
  if (decl) return callFunctionHandler(decl.handler, ev, args, ast);
  throw ev.createError(
    "no_matching_overload",
    `found no matching overload for '${ast.args[0]}(${types.map((t) => t.unwrappedType).join(", ")})'`,
    ast
  );
}
function callRecFn(args, ev, ast) {
  const [, receiverAst, argAst] = ast.args;
  const types = ast.argTypes;
  for (let i = 0; i < types.length; i++)
    types[i] = ev.debugRuntimeType(args[i + 1], argAst[i].checkedType);
  const receiverType = ev.debugRuntimeType(args[0], receiverAst.checkedType);
  const decl = ast.candidates.findFunction(types, receiverType);
  if (decl) return callFunctionHandler(decl.handler, ev, args, ast);
  throw ev.createError(
    "no_matching_overload",
    `found no matching overload for '${receiverType.type}.${ast.args[0]}(${types.map((t) => t.unwrappedType).join(", ")})'`,
    ast
  );
}
function resolveAstArray(ev, astArray, ctx, i = astArray.length) {
  if (i === 0) return [];
  let async;
  const results = new Array(i);
  while (i--) if ((results[i] = ev.run(astArray[i], ctx)) instanceof Promise) async ??= true;
  return async ? Promise.all(results) : results;
}
function safeFromEntries(entries) {
  const obj = {};
  for (let i = 0; i < entries.length; i++) {
    const [k, v] = entries[i];
    if (k === "__proto__" || k === "constructor" || k === "prototype") continue;
    obj[k] = v;
  }
  return obj;
}
function comprehensionElementType(chk, iterable, ctx) {
  const iterType = chk.check(iterable, ctx);
  if (iterType.kind === "dyn") return iterType;
  if (iterType.kind === "list") return iterType.valueType;
  if (iterType.kind === "map") return iterType.keyType;
  throw chk.createError(
    "invalid_comprehension_range",
    `Expression of type '${chk.formatType(
      iterType
    )}' cannot be range of a comprehension (must be list, map, or dynamic).`,
    iterable
  );
}
function toIterable(ev, args, coll) {
  if (coll instanceof Set) return [...coll];
  if (coll instanceof Map) return [...coll.keys()];
  if (coll && typeof coll === "object") return objKeys(coll);
  throw ev.createError(
    "invalid_comprehension_range",
    `Expression of type '${ev.debugType(
      coll
    )}' cannot be range of a comprehension (must be list, map, or dynamic).`,
    args.iterable
  );
}
function runQualifier(items, args, ev, ctx) {
  if (!isArray(items)) items = toIterable(ev, args, items);
  const accu = ev.run(args.init, ctx = args.iterCtx.reuse(ctx));
  ctx.accuValue = accu;
  if (ctx === args.iterCtx) return iterateQuantifier(ev, ctx, args, items, accu, 0);
  return continueQuantifier(ev, ctx, args, items, accu, 0);
}
function runComprehension(items, args, ev, ctx) {
  if (!isArray(items)) items = toIterable(ev, args, items);
  const accu = ev.run(args.init, ctx = args.iterCtx.reuse(ctx));
  ctx.accuValue = accu;
  if (ctx === args.iterCtx) return iterateLoop(ev, ctx, args, items, accu, 0);
  return continueLoop(ev, ctx, args, items, accu, 0);
}
function iterateLoop(ev, ctx, args, items, accu, i) {
  const condition = args.condition;
  const step = args.step;
  const len = items.length;
  while (i < len) {
    if (condition && !condition(accu)) break;
    accu = ev.run(step, ctx.setIterValue(items[i++], ev));
    if (accu instanceof Promise) return continueLoop(ev, ctx, args, items, accu, i);
  }
  return args.result(accu);
}
async function continueLoop(ev, ctx, args, items, accu, i) {
  if (ctx === args.iterCtx) ctx.async = true;
  const condition = args.condition;
  const step = args.step;
  const len = items.length;
  accu = await accu;
  while (i < len) {
    if (condition && !condition(accu)) return args.result(accu);
    accu = ev.run(step, ctx.setIterValue(items[i++], ev));
    if (accu instanceof Promise) accu = await accu;
  }
  return args.result(accu);
}
function iterateQuantifier(ev, ctx, args, items, accu, i, error, stp) {
  const condition = args.condition;
  const step = args.step;
  const len = items.length;
  while (i < len) {
    if (!condition(accu)) return args.result(accu);
    stp = ev.tryEval(step, ctx.setIterValue(items[i++], ev));
    if (stp instanceof Promise) return continueQuantifier(ev, ctx, args, items, accu, i, error, stp);
    if (stp instanceof Error && (error ??= stp)) continue;
    accu = stp;
  }
  if (error && condition(accu)) throw error;
  return args.result(accu);
}
async function continueQuantifier(ev, ctx, args, items, accu, i, error, stp) {
  if (ctx === args.iterCtx) ctx.async = true;
  const condition = args.condition;
  const step = args.step;
  const len = items.length;
  stp = await stp;
  if (stp instanceof Error) error ??= stp;
  else accu = stp;
  while (i < len) {
    if (!condition(accu)) return args.result(accu);
    stp = ev.tryEval(step, ctx.setIterValue(items[i++], ev));
    if (stp instanceof Promise) stp = await stp;
    if (stp instanceof Error && (error ??= stp)) continue;
    accu = stp;
  }
  if (error && condition(accu)) throw error;
  return args.result(accu);
}
function oFieldAccess(left, right, ast, ev) {
  return ev.optionalType.field(left, right, ast, ev);
}
function fieldAccessStatic(left, right, ast, ev) {
  return ast.left.checkedType.field(left, right, ast, ev);
}
var empty = /* @__PURE__ */ Object.create(null);
function fieldAccess(left, right, ast, ev) {
  switch (left?.constructor) {
    case void 0:
    case Object: {
      const v = hasOwn(left || empty, right) ? left[right] : void 0;
      if (v !== void 0) return ev.debugType(v), v;
      break;
    }
    case Map: {
      const v = left.get(right);
      if (v !== void 0) return ev.debugType(v), v;
      break;
    }
    case Array:
    case Set:
      return ev.listType.field(left, right, ast, ev);
    default:
      const t = ev.objectTypesByConstructor.get(left.constructor);
      if (t) return t.type.field(left, right, ast, ev);
      else if (typeof left === "object") unsupportedType(ev, left.constructor.name);
  }
  throw ev.createError("no_such_key", `No such key: ${right}`, ast);
}
var emptyList = () => [];
var emptyMap = () => ({});
var OPERATORS = {
  value: {
    check(chk, ast) {
      return chk.debugType(ast.args);
    },
    evaluate(_ev, ast) {
      return ast.args;
    }
  },
  id: {
    check(chk, ast, ctx) {
      const variable = ctx.getVariable(ast.args);
      if (!variable) throw chk.createError("unknown_variable", `Unknown variable: ${ast.args}`, ast);
      if (variable.constant) {
        const alternate = ast.clone(OPERATORS.value, variable.value);
        ast.setMeta("alternate", alternate);
        return chk.check(alternate, ctx);
      }
      return variable.type;
    },
    evaluate(ev, ast, ctx) {
      return ctx.getCheckedValue(ev, ast);
    }
  },
  ".": {
    alias: "fieldAccess",
    check: checkAccessNode,
    evaluate: evaluateBinaryFirst
  },
  ".?": {
    alias: "optionalFieldAccess",
    check: checkOptionalAccessNode,
    evaluate: evaluateBinaryFirst
  },
  "[]": {
    alias: "bracketAccess",
    check: checkAccessNode,
    evaluate: evaluateBinary
  },
  "[?]": {
    alias: "optionalBracketAccess",
    check: checkOptionalAccessNode,
    evaluate: evaluateBinary
  },
  call: {
    check(chk, ast, ctx) {
      const [functionName, args] = ast.args;
      const candidates = ast.candidates = chk.registry.functionCandidates(
        false,
        functionName,
        args.length
      );
      const argTypes = ast.argTypes = args.map((a) => chk.check(a, ctx));
      const decl = candidates.findFunction(argTypes);
      if (!decl) {
        throw chk.createError(
          "no_matching_overload",
          `found no matching overload for '${functionName}(${chk.formatTypeList(argTypes)})'`,
          ast
        );
      }
      const handle = argTypes.some((t) => t.hasDynType) ? callFn : decl.handler.__handle ??= (l, _ast, e) => callFunctionHandler(decl.handler, e, l, _ast);
      ast.handle = maybeAsync(args, false, handle);
      return decl.returnType;
    },
    evaluate(ev, ast, ctx) {
      return ast.handle(resolveAstArray(ev, ast.args[1], ctx), ast, ev);
    }
  },
  rcall: {
    check(chk, ast, ctx) {
      const [methodName, receiver, args] = ast.args;
      const receiverType = chk.check(receiver, ctx);
      const candidates = ast.candidates = chk.registry.functionCandidates(
        true,
        methodName,
        args.length
      );
      const argTypes = ast.argTypes = args.map((a) => chk.check(a, ctx));
      ast.receiverWithArgs = [receiver, ...args];
      ast.handle = maybeAsync(ast.receiverWithArgs, false, callRecFn);
      if (receiverType.kind === "dyn" && candidates.returnType) return candidates.returnType;
      const decl = candidates.findFunction(argTypes, receiverType);
      if (!decl) {
        throw chk.createError(
          "no_matching_overload",
          `found no matching overload for '${receiverType.type}.${methodName}(${chk.formatTypeList(
            argTypes
          )})'`,
          ast
        );
      }
      if (!receiverType.hasPlaceholderType && !argTypes.some((t) => t.hasDynType)) {
        const fn = decl.handler;
        const handle = fn.__handle ??= (a, ev, _ast) => callFunctionHandler(fn, ev, a, _ast);
        ast.handle = maybeAsync(ast.receiverWithArgs, false, handle);
      }
      return decl.returnType;
    },
    evaluate(ev, ast, ctx) {
      return ast.handle(resolveAstArray(ev, ast.receiverWithArgs, ctx), ev, ast);
    }
  },
  list: {
    check(chk, ast, ctx) {
      const arr = ast.args;
      const arrLen = arr.length;
      if (arrLen === 0) return ast.setMeta("evaluate", emptyList) && chk.getType("list<T>");
      let valueType = chk.check(arr[0], ctx);
      const check2 = chk.opts.homogeneousAggregateLiterals ? checkElementHomogenous : checkElement;
      for (let i = 1; i < arrLen; i++)
        valueType = check2(chk, ctx, valueType, arr[i], "heterogeneous_list_element");
      return chk.registry.getListType(valueType);
    },
    evaluate(ev, ast, ctx) {
      return resolveAstArray(ev, ast.args, ctx);
    }
  },
  map: {
    check(chk, ast, ctx) {
      const arr = ast.args;
      const arrLen = arr.length;
      if (arrLen === 0) return ast.setMeta("evaluate", emptyMap) && chk.getType("map<K, V>");
      const check2 = chk.opts.homogeneousAggregateLiterals ? checkElementHomogenous : checkElement;
      let keyType = chk.check(arr[0][0], ctx);
      let valueType = chk.check(arr[0][1], ctx);
      for (let i = 1; i < arrLen; i++) {
        const e = arr[i];
        keyType = check2(chk, ctx, keyType, e[0], "heterogeneous_map_key");
        valueType = check2(chk, ctx, valueType, e[1], "heterogeneous_map_value");
      }
      return chk.registry.getMapType(keyType, valueType);
    },
    evaluate(ev, ast, ctx) {
      const astEntries = ast.args;
      const len = astEntries.length;
      const results = new Array(len);
      let async;
      for (let i = 0; i < len; i++) {
        const e = astEntries[i];
        const k = ev.run(e[0], ctx);
        const v = ev.run(e[1], ctx);
        if (k instanceof Promise || v instanceof Promise) {
          results[i] = Promise.all([k, v]);
          async ??= true;
        } else {
          results[i] = [k, v];
        }
      }
      if (async) return Promise.all(results).then(safeFromEntries);
      return safeFromEntries(results);
    }
  },
  comprehension: {
    check(chk, ast, ctx) {
      const args = ast.args;
      args.iterCtx = ctx.forkWithVariable(args.iterVarName, comprehensionElementType(chk, args.iterable, ctx)).setAccuType(chk.check(args.init, ctx));
      const stepType = chk.check(args.step, args.iterCtx);
      const handler = args.errorsAreFatal ? runComprehension : runQualifier;
      ast.handle = maybeAsync(args.iterable, false, handler);
      if (args.kind === "quantifier") return chk.boolType;
      return stepType;
    },
    evaluate(ev, ast, ctx) {
      return ast.handle(ev.run(ast.args.iterable, ctx), ast.args, ev, ctx);
    }
  },
  accuValue: {
    check(_chk, _ast, ctx) {
      return ctx.accuType;
    },
    evaluate(_ev, _ast, ctx) {
      return ctx.accuValue;
    }
  },
  accuInc: {
    check(_chk, _ast, ctx) {
      return ctx.accuType;
    },
    evaluate(_ev, _ast, ctx) {
      return ctx.accuValue += 1;
    }
  },
  accuPush: {
    check(chk, ast, ctx) {
      const listType2 = ctx.accuType;
      const itemType = chk.check(ast.args, ctx);
      if (!ast.args.maybeAsync) ast.setMeta("evaluate", OPERATORS.accuPush.evaluateSync);
      if (listType2.kind === "list" && listType2.valueType.kind !== "param") return listType2;
      return chk.registry.getListType(itemType);
    },
    evaluateSync(ev, ast, ctx) {
      return ctx.accuValue.push(ev.run(ast.args, ctx)), ctx.accuValue;
    },
    evaluate(ev, ast, ctx) {
      const arr = ctx.accuValue;
      const el = ev.run(ast.args, ctx);
      if (el instanceof Promise) return el.then((_e) => arr.push(_e) && arr);
      arr.push(el);
      return arr;
    }
  },
  "?:": {
    alias: "ternary",
    check(chk, ast, ctx) {
      const condast = ast.condition = ast.args[0];
      const leftast = ast.left = ast.args[1];
      const rightast = ast.right = ast.args[2];
      const condType = chk.check(condast, ctx);
      if (!condType.isDynOrBool()) {
        throw chk.createError(
          "invalid_condition_type",
          `${condast.meta.label || "Ternary condition must be bool"}, got '${chk.formatType(condType)}'`,
          condast
        );
      }
      const leftType = chk.check(leftast, ctx);
      const rightType = chk.check(rightast, ctx);
      const unified = leftType.unify(chk.registry, rightType);
      ast.handle = maybeAsync(condast, false, handleTernary);
      if (unified) return unified;
      throw chk.createError(
        "incompatible_ternary_branches",
        `Ternary branches must have the same type, got '${chk.formatType(
          leftType
        )}' and '${chk.formatType(rightType)}'`,
        ast
      );
    },
    evaluate(ev, ast, ctx) {
      return ast.handle(ev.run(ast.condition, ctx), ev, ast, ctx);
    }
  },
  "||": {
    check: checkLogicalOp,
    evaluate(ev, ast, ctx) {
      const l = ev.tryEval(ast.left, ctx);
      if (l === true) return true;
      if (l === false) {
        const right = ev.run(ast.right, ctx);
        if (typeof right === "boolean") return right;
        return _logicalOp(true, ev, ast, l, right);
      }
      if (l instanceof Promise)
        return l.then(
          (_l) => _l === true ? _l : _logicalOp(true, ev, ast, _l, ev.run(ast.right, ctx))
        );
      return _logicalOp(true, ev, ast, l, ev.run(ast.right, ctx));
    }
  },
  "&&": {
    check: checkLogicalOp,
    evaluate(ev, ast, ctx) {
      const l = ev.tryEval(ast.left, ctx);
      if (l === false) return false;
      if (l === true) {
        const right = ev.run(ast.right, ctx);
        if (typeof right === "boolean") return right;
        return _logicalOp(false, ev, ast, l, right);
      }
      if (l instanceof Promise)
        return l.then(
          (_l) => _l === false ? _l : _logicalOp(false, ev, ast, _l, ev.run(ast.right, ctx))
        );
      return _logicalOp(false, ev, ast, l, ev.run(ast.right, ctx));
    }
  },
  "!_": { alias: "unaryNot", check: checkUnary, evaluate: evaluateUnary },
  "-_": { alias: "unaryMinus", check: checkUnary, evaluate: evaluateUnary }
};
var binaryOperators = ["!=", "==", "in", "+", "-", "*", "/", "%", "<", "<=", ">", ">="];
for (const op of binaryOperators) OPERATORS[op] = { check: checkBinary, evaluate: evaluateBinary };
for (const op of objKeys(OPERATORS)) {
  const obj = OPERATORS[op];
  obj.name = op;
  if (obj.alias) OPERATORS[obj.alias] = obj;
}

// node_modules/@marcbachmann/cel-js/lib/macros.js
var identity = (x) => x;
function assertIdentifier(node, message) {
  if (node.op === "id") return node.args;
  throw parseError("invalid_macro_argument", message, node);
}
function createMapExpander(hasFilter) {
  const functionDesc = hasFilter ? "map(var, filter, transform)" : "map(var, transform)";
  const invalidMsg = `${functionDesc} invalid predicate iteration variable`;
  const label = `${functionDesc} filter predicate must return bool`;
  return ({ args, receiver, ast: callAst }) => {
    const [iterVar, predicate, transform] = hasFilter ? args : [args[0], null, args[1]];
    let step = transform.clone(OPERATORS.accuPush, transform);
    if (predicate) {
      const accuValue = predicate.clone(OPERATORS.accuValue);
      step = predicate.clone(OPERATORS.ternary, [predicate.setMeta("label", label), step, accuValue]);
    }
    return {
      callAst: callAst.clone(OPERATORS.comprehension, {
        errorsAreFatal: true,
        iterable: receiver,
        iterVarName: assertIdentifier(iterVar, invalidMsg),
        init: callAst.clone(OPERATORS.list, []),
        step,
        result: identity
      })
    };
  };
}
function createFilterExpander() {
  const functionDesc = "filter(var, predicate)";
  const invalidMsg = `${functionDesc} invalid predicate iteration variable`;
  const label = `${functionDesc} predicate must return bool`;
  return ({ args, receiver, ast: callAst }) => {
    const iterVarName = assertIdentifier(args[0], invalidMsg);
    const accuValue = callAst.clone(OPERATORS.accuValue);
    const predicate = args[1].setMeta("label", label);
    const appendItem = callAst.clone(OPERATORS.accuPush, callAst.clone(OPERATORS.id, iterVarName));
    const step = predicate.clone(OPERATORS.ternary, [predicate, appendItem, accuValue]);
    return {
      callAst: callAst.clone(OPERATORS.comprehension, {
        errorsAreFatal: true,
        iterable: receiver,
        iterVarName,
        init: callAst.clone(OPERATORS.list, []),
        step,
        result: identity
      })
    };
  };
}
function createQuantifierExpander(opts) {
  const invalidMsg = `${opts.name}(var, predicate) invalid predicate iteration variable`;
  const label = `${opts.name}(var, predicate) predicate must return bool`;
  return ({ args, receiver, ast: callAst }) => {
    const predicate = args[1].setMeta("label", label);
    const transform = opts.transform({ args, ast: callAst, predicate, opts });
    return {
      callAst: callAst.clone(OPERATORS.comprehension, {
        kind: "quantifier",
        errorsAreFatal: opts.errorsAreFatal || false,
        iterable: receiver,
        iterVarName: assertIdentifier(args[0], invalidMsg),
        init: transform.init,
        condition: transform.condition,
        step: transform.step,
        result: transform.result || identity
      })
    };
  };
}
function createHasExpander() {
  const invalidHasArgument = "has() invalid argument";
  function evaluate2(ev, macro, ctx) {
    const nodes = macro.macroHasProps;
    let i = nodes.length;
    let obj = ev.run(nodes[--i], ctx);
    let inOptionalContext;
    while (i--) {
      const node = nodes[i];
      if (node.op === ".?") inOptionalContext ??= true;
      obj = ev.debugType(obj).fieldLazy(obj, node.args[1], node, ev);
      if (obj !== void 0) continue;
      if (!(!inOptionalContext && i && node.op === ".")) break;
      throw evaluationError("no_such_key", `No such key: ${node.args[1]}`, node);
    }
    return obj !== void 0;
  }
  function typeCheck(checker, macro, ctx) {
    let node = macro.args[0];
    if (node.op !== ".") throw checker.createError("invalid_macro_argument", invalidHasArgument, node);
    if (!macro.macroHasProps) {
      const props = [];
      while (node.op === "." || node.op === ".?") node = props.push(node) && node.args[0];
      if (node.op !== "id") throw checker.createError("invalid_macro_argument", invalidHasArgument, node);
      checker.check(node, ctx);
      props.push(node);
      macro.macroHasProps = props;
    }
    return checker.getType("bool");
  }
  return function({ args }) {
    return { args, evaluate: evaluate2, typeCheck, async: false };
  };
}
function registerMacros(registry) {
  const functionOverload = (sig, handler) => registry.registerFunctionOverload(sig, handler);
  functionOverload("has(ast): bool", createHasExpander());
  functionOverload(
    "list.all(ast, ast): bool",
    createQuantifierExpander({
      name: "all",
      transform({ ast: callAst, predicate, opts }) {
        return {
          init: callAst.clone(OPERATORS.value, true),
          condition: identity,
          step: predicate.clone(OPERATORS.ternary, [
            predicate,
            predicate.clone(OPERATORS.value, true),
            predicate.clone(OPERATORS.value, false)
          ])
        };
      }
    })
  );
  functionOverload(
    "list.exists(ast, ast): bool",
    createQuantifierExpander({
      name: "exists",
      condition(accu) {
        return !accu;
      },
      transform({ ast: callAst, predicate, opts }) {
        return {
          init: callAst.clone(OPERATORS.value, false),
          condition: opts.condition,
          step: predicate.clone(OPERATORS.ternary, [
            predicate,
            predicate.clone(OPERATORS.value, true),
            predicate.clone(OPERATORS.value, false)
          ])
        };
      }
    })
  );
  functionOverload(
    "list.exists_one(ast, ast): bool",
    createQuantifierExpander({
      name: "exists_one",
      errorsAreFatal: true,
      result(accu) {
        return accu === 1;
      },
      transform({ ast: callAst, predicate, opts }) {
        const accuValue = callAst.clone(OPERATORS.accuValue);
        return {
          init: callAst.clone(OPERATORS.value, 0),
          step: predicate.clone(OPERATORS.ternary, [predicate, callAst.clone(OPERATORS.accuInc), accuValue]),
          result: opts.result
        };
      }
    })
  );
  functionOverload("list.map(ast, ast): list<dyn>", createMapExpander(false));
  functionOverload("list.map(ast, ast, ast): list<dyn>", createMapExpander(true));
  functionOverload("list.filter(ast, ast): list<dyn>", createFilterExpander());
  class CelNamespace {
  }
  const celNamespace = new CelNamespace();
  registry.registerType("CelNamespace", CelNamespace);
  registry.registerConstant("cel", "CelNamespace", celNamespace);
  function bindTypeCheck(checker, m, ctx) {
    m.bindCtx = ctx.forkWithVariable(m.var, checker.check(m.val, ctx));
    const type = checker.check(m.exp, m.bindCtx);
    if (m.val.maybeAsync || m.exp.maybeAsync) return type;
    m.ast.setMeta("async", false);
    m.evaluate = bindEvaluateSync;
    return type;
  }
  function bindOptionalEvaluate(ev, exp, bindCtx, ctx, boundValue) {
    const res = ev.run(exp, ctx = bindCtx.reuse(ctx).setIterValue(boundValue, ev));
    if (res instanceof Promise && ctx === bindCtx) ctx.async = true;
    return res;
  }
  function bindEvaluate(ev, { val, exp, bindCtx }, ctx) {
    const v = ev.run(val, ctx);
    if (v instanceof Promise) return v.then((_v) => bindOptionalEvaluate(ev, exp, bindCtx, ctx, _v));
    return bindOptionalEvaluate(ev, exp, bindCtx, ctx, v);
  }
  function bindEvaluateSync(ev, { val, exp, bindCtx }, ctx) {
    return ev.run(exp, bindCtx.reuse(ctx).setIterValue(ev.run(val, ctx), ev));
  }
  functionOverload("CelNamespace.bind(ast, dyn, ast): dyn", ({ ast, args }) => {
    return {
      ast,
      var: assertIdentifier(args[0], "invalid variable argument"),
      val: args[1],
      exp: args[2],
      bindCtx: void 0,
      typeCheck: bindTypeCheck,
      evaluate: bindEvaluate
    };
  });
}

// node_modules/@marcbachmann/cel-js/lib/overloads.js
function registerOverloads(registry) {
  const unaryOverload = (op, t, h, ret) => registry.unaryOverload(op, t, h, ret, false);
  const binaryOverload = (l, op, r, h, ret) => registry.binaryOverload(l, op, r, h, ret, false);
  function verifyInteger(v, ast) {
    if (v <= MAX_INT && v >= MIN_INT) return v;
    throw evaluationError("numeric_overflow", `integer overflow: ${v}`, ast);
  }
  function throwDivisionByZero(ast) {
    throw evaluationError("division_by_zero", "division by zero", ast);
  }
  function throwModuloByZero(ast) {
    throw evaluationError("modulo_by_zero", "modulo by zero", ast);
  }
  unaryOverload("!", "bool", (a) => !a);
  unaryOverload("-", "int", (a) => -a);
  binaryOverload("dyn<int>", `==`, `double`, (a, b) => a == b);
  binaryOverload("dyn<int>", `==`, `uint`, (a, b) => a == b.valueOf());
  binaryOverload("int", "*", "int", (a, b, ast) => verifyInteger(a * b, ast));
  binaryOverload("int", "+", "int", (a, b, ast) => verifyInteger(a + b, ast));
  binaryOverload("int", "-", "int", (a, b, ast) => verifyInteger(a - b, ast));
  binaryOverload("int", "/", "int", (a, b, ast) => {
    if (b === MIN_UINT) return throwDivisionByZero(ast);
    return a / b;
  });
  binaryOverload("int", "%", "int", (a, b, ast) => {
    if (b === MIN_UINT) return throwModuloByZero(ast);
    return a % b;
  });
  unaryOverload("-", "double", (a) => -a);
  binaryOverload("double", "*", "double", (a, b) => a * b);
  binaryOverload("double", "+", "double", (a, b) => a + b);
  binaryOverload("double", "-", "double", (a, b) => a - b);
  binaryOverload("double", "/", "double", (a, b) => a / b);
  binaryOverload("string", "+", "string", (a, b) => a + b);
  binaryOverload("list<V>", "+", "list<V>", (a, b) => [...a, ...b]);
  binaryOverload("bytes", "+", "bytes", (a, b) => {
    if (!a.length) return b;
    if (!b.length) return a;
    const result = new Uint8Array(a.length + b.length);
    result.set(a, 0);
    result.set(b, a.length);
    return result;
  });
  const GPD = "google.protobuf.Duration";
  binaryOverload(GPD, "+", GPD, (a, b) => a.addDuration(b));
  binaryOverload(GPD, "-", GPD, (a, b) => a.subtractDuration(b));
  binaryOverload(GPD, "==", GPD, (a, b) => a.seconds === b.seconds && a.nanos === b.nanos);
  const GPT = "google.protobuf.Timestamp";
  binaryOverload(GPT, "==", GPT, (a, b) => a.getTime() === b.getTime());
  binaryOverload(GPT, "-", GPT, (a, b) => Duration.fromMilliseconds(a.getTime() - b.getTime()), GPD);
  binaryOverload(GPT, "-", GPD, (a, b) => b.subtractTimestamp(a));
  binaryOverload(GPT, "+", GPD, (a, b) => b.extendTimestamp(a));
  binaryOverload(GPD, "+", GPT, (a, b) => a.extendTimestamp(b));
  function listIncludes(value, list, ast, ev) {
    if (list instanceof Set && list.has(value)) return true;
    for (const v of list) if (isEqual(value, v, ast, ev)) return true;
    return false;
  }
  function mapIncludes(a, b) {
    if (b instanceof Map) return b.get(a) !== void 0;
    return hasOwn(b, a) ? b[a] !== void 0 : false;
  }
  function listMembership(value, list, ast, ev) {
    return listIncludes(value, list, ast, ev);
  }
  binaryOverload("V", "in", "list<V>", listMembership);
  binaryOverload("K", "in", "map<K, V>", mapIncludes);
  for (const t of ["type", "null", "bool", "string", "int", "double"]) {
    binaryOverload(t, "==", t, (a, b) => a === b);
  }
  binaryOverload("bytes", `==`, "bytes", (a, b) => {
    if (a === b) return true;
    let i = a.length;
    if (i !== b.length) return false;
    while (i--) if (a[i] !== b[i]) return false;
    return true;
  });
  binaryOverload("list<V>", `==`, "list<V>", (a, b, ast, ev) => {
    if (a === b) return true;
    if (isArray(a) && isArray(b)) {
      const length = a.length;
      if (length !== b.length) return false;
      for (let i = 0; i < length; i++) {
        if (!isEqual(a[i], b[i], ast, ev)) return false;
      }
      return true;
    }
    if (a instanceof Set && b instanceof Set) {
      if (a.size !== b.size) return false;
      for (const value of a) if (!b.has(value)) return false;
      return true;
    }
    const arr = a instanceof Set ? b : a;
    const set = a instanceof Set ? a : b;
    if (!isArray(arr)) return false;
    if (arr.length !== set?.size) return false;
    for (let i = 0; i < arr.length; i++) if (!set.has(arr[i])) return false;
    return true;
  });
  binaryOverload("map<K, V>", `==`, "map<K, V>", (a, b, ast, ev) => {
    if (a === b) return true;
    if (a instanceof Map && b instanceof Map) {
      if (a.size !== b.size) return false;
      for (const [key, value] of a)
        if (!(b.has(key) && isEqual(value, b.get(key), ast, ev))) return false;
      return true;
    }
    if (a instanceof Map || b instanceof Map) {
      const obj = a instanceof Map ? b : a;
      const map = a instanceof Map ? a : b;
      const keysObj = objKeys(obj);
      if (map.size !== keysObj.length) return false;
      for (const [key, value] of map) {
        if (!(key in obj && isEqual(value, obj[key], ast, ev))) return false;
      }
      return true;
    }
    const keysA = objKeys(a);
    const keysB = objKeys(b);
    if (keysA.length !== keysB.length) return false;
    for (let i = 0; i < keysA.length; i++) {
      const key = keysA[i];
      if (!(key in b && isEqual(a[key], b[key], ast, ev))) return false;
    }
    return true;
  });
  binaryOverload("uint", "==", "uint", (a, b) => a.valueOf() === b.valueOf());
  binaryOverload("dyn<uint>", `==`, `double`, (a, b) => a.valueOf() == b);
  binaryOverload("uint", "+", "uint", (a, b) => new UnsignedInt(a.valueOf() + b.valueOf()));
  binaryOverload("uint", "-", "uint", (a, b) => new UnsignedInt(a.valueOf() - b.valueOf()));
  binaryOverload("uint", "*", "uint", (a, b) => new UnsignedInt(a.valueOf() * b.valueOf()));
  binaryOverload("uint", "/", "uint", (a, b, ast) => {
    if (b.valueOf() === MIN_UINT) return throwDivisionByZero(ast);
    return new UnsignedInt(a.valueOf() / b.valueOf());
  });
  binaryOverload("uint", "%", "uint", (a, b, ast) => {
    if (b.valueOf() === MIN_UINT) return throwModuloByZero(ast);
    return new UnsignedInt(a.valueOf() % b.valueOf());
  });
  for (const [left, right] of [
    ["bool", "bool"],
    ["int", "int"],
    ["uint", "uint"],
    ["double", "double"],
    ["string", "string"],
    ["google.protobuf.Timestamp", "google.protobuf.Timestamp"],
    ["google.protobuf.Duration", "google.protobuf.Duration"],
    ["int", "uint"],
    ["int", "double"],
    ["double", "int"],
    ["double", "uint"],
    ["uint", "int"],
    ["uint", "double"]
  ]) {
    binaryOverload(left, "<", right, (a, b) => a < b);
    binaryOverload(left, "<=", right, (a, b) => a <= b);
    binaryOverload(left, ">", right, (a, b) => a > b);
    binaryOverload(left, ">=", right, (a, b) => a >= b);
  }
}
function isEqual(a, b, ast, ev) {
  if (a === b) return true;
  switch (typeof a) {
    case "undefined":
    case "string":
    case "boolean":
      return false;
    case "bigint":
      if (typeof b === "number") return a == b;
      return false;
    case "number":
      if (typeof b === "bigint") return a == b;
      return false;
    case "object":
      if (typeof b !== "object") return false;
      const leftType = ev.debugType(a);
      const rightType = ev.debugType(b);
      if (leftType !== rightType) return false;
      const overload = ev.registry.findBinaryOverload("==", leftType, rightType);
      if (!overload) return false;
      return overload.handler(a, b, ast, ev);
  }
  throw evaluationError("invalid_comparison_type", `Cannot compare values of type ${typeof a}`, ast);
}

// node_modules/@marcbachmann/cel-js/lib/type-checker.js
var toDynTypeBinding = (/* @__PURE__ */ new Map()).set("A", "dyn").set("T", "dyn").set("K", "dyn").set("V", "dyn");
var TypeChecker = class extends Base {
  constructor(opts, isEvaluating) {
    super(opts);
    this.createError = isEvaluating ? evaluationError : typeError;
  }
  /**
   * Check an expression and return its inferred type
   * @param {Array|any} ast - The AST node to check
   * @returns {Object} The inferred type declaration
   * @throws {TypeError} If type checking fails
   */
  check(ast, ctx) {
    try {
      return ast.checkedType ??= ast.check(this, ast, ctx);
    } catch (error) {
      throw attachErrorAst(error, ast);
    }
  }
  checkAccessOnType(ast, ctx, leftType, allowMissingField = false) {
    if (leftType === this.dynType) return leftType;
    const indexTypeName = (ast.op === "[]" || ast.op === "[?]" ? this.check(ast.args[1], ctx) : this.stringType).type;
    if (leftType.kind === "list") {
      if (indexTypeName === "int" || indexTypeName === "dyn") return leftType.valueType;
      throw this.createError("invalid_index_type", `List index must be int, got '${indexTypeName}'`, ast);
    }
    if (leftType.kind === "map") return leftType.valueType;
    const customType = this.objectTypes.get(leftType.name);
    if (customType) {
      if (!(indexTypeName === "string" || indexTypeName === "dyn")) {
        throw this.createError(
          "invalid_index_type",
          `Cannot index type '${leftType.name}' with type '${indexTypeName}'`,
          ast
        );
      }
      if (customType.fields) {
        let keyName;
        if (ast.op === "." || ast.op === ".?") keyName = ast.args[1];
        else if (ast.args[1].op === "value") keyName = ast.args[1].args;
        if (typeof keyName === "string") {
          const fieldType = customType.fields[keyName];
          if (fieldType) return fieldType;
          if (allowMissingField) return this.dynType;
          throw this.createError("no_such_key", `No such key: ${keyName}`, ast);
        }
      }
      return this.dynType;
    }
    throw this.createError("cannot_index_type", `Cannot index type '${this.formatType(leftType)}'`, ast);
  }
  formatType(type) {
    if (!type.hasPlaceholderType) return type.name;
    return type.templated(this.registry, toDynTypeBinding).name;
  }
  formatTypeList(types) {
    return types.map((t) => this.formatType(t)).join(", ");
  }
};

// node_modules/@marcbachmann/cel-js/lib/parser.js
var TOKEN = {
  EOF: 0,
  NUMBER: 1,
  STRING: 2,
  BOOLEAN: 3,
  NULL: 4,
  IDENTIFIER: 5,
  PLUS: 6,
  MINUS: 7,
  MULTIPLY: 8,
  DIVIDE: 9,
  MODULO: 10,
  EQ: 11,
  NE: 12,
  LT: 13,
  LE: 14,
  GT: 15,
  GE: 16,
  AND: 17,
  OR: 18,
  NOT: 19,
  IN: 20,
  LPAREN: 21,
  RPAREN: 22,
  LBRACKET: 23,
  RBRACKET: 24,
  LBRACE: 25,
  RBRACE: 26,
  DOT: 27,
  COMMA: 28,
  COLON: 29,
  QUESTION: 30,
  BYTES: 31
};
var OP_FOR_TOKEN = {
  [TOKEN.EQ]: OPERATORS["=="],
  [TOKEN.PLUS]: OPERATORS["+"],
  [TOKEN.MINUS]: OPERATORS["-"],
  [TOKEN.MULTIPLY]: OPERATORS["*"],
  [TOKEN.DIVIDE]: OPERATORS["/"],
  [TOKEN.MODULO]: OPERATORS["%"],
  [TOKEN.LE]: OPERATORS["<="],
  [TOKEN.LT]: OPERATORS["<"],
  [TOKEN.GE]: OPERATORS[">="],
  [TOKEN.GT]: OPERATORS[">"],
  [TOKEN.NE]: OPERATORS["!="],
  [TOKEN.IN]: OPERATORS["in"]
};
var TOKEN_BY_NUMBER = {};
for (const key in TOKEN) TOKEN_BY_NUMBER[TOKEN[key]] = key;
var HEX_CODES = new Uint8Array(128);
for (const ch of "0123456789abcdefABCDEF") HEX_CODES[ch.charCodeAt(0)] = 1;
var ESCAPE_ERRORS = {
  bytes_unicode_escape: (e) => `\\${e} not allowed in bytes literals`,
  invalid_unicode_escape: (e) => `Invalid Unicode escape: \\${e}`,
  invalid_unicode_surrogate: (e) => `Invalid Unicode surrogate: \\${e}`,
  invalid_hex_escape: (e) => `Invalid hex escape: \\${e}`,
  invalid_octal_escape: () => "Octal escape must be 3 digits",
  octal_escape_out_of_range: (e) => `Octal escape out of range: \\${e}`,
  invalid_escape_sequence: (e) => `Invalid escape sequence: \\${e}`
};
var STRING_ESCAPES = {
  "\\": "\\",
  "?": "?",
  '"': '"',
  "'": "'",
  "`": "`",
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "	",
  v: "\v"
};
var ASTNode = class _ASTNode {
  #meta;
  #input;
  constructor(input, pos, start, end, op, args) {
    this.#meta = { check: op.check, evaluate: op.evaluate };
    this.#input = input;
    this.op = op.name;
    this.args = args;
    this.pos = pos;
    this.start = start;
    this.end = end;
  }
  clone(op, args) {
    return new _ASTNode(this.#input, this.pos, this.start, this.end, op, args);
  }
  get meta() {
    return this.#meta;
  }
  get input() {
    return this.#input;
  }
  #computeIsAsync() {
    const ast = this.#meta.alternate ?? this;
    switch (ast.op) {
      case "value":
      case "id":
      case "accuValue":
      case "accuInc":
        return false;
      case "accuPush":
        return ast.args.maybeAsync;
      case "!_":
      case "-_":
        if (ast.candidates?.async !== false) return true;
        return ast.args.maybeAsync;
      case "!=":
      case "==":
      case "in":
      case "+":
      case "-":
      case "*":
      case "/":
      case "%":
      case "<":
      case "<=":
      case ">":
      case ">=":
        if (ast.candidates?.async !== false) return true;
        return ast.args.some((a) => a.maybeAsync);
      case "call":
      case "rcall":
        if (ast.candidates?.async !== false) return true;
        return (ast.receiverWithArgs || ast.args[1]).some((a) => a.maybeAsync);
      case "comprehension":
        return ast.args.iterable.maybeAsync || ast.args.step.maybeAsync;
      case ".":
      case ".?":
        return ast.args[0].maybeAsync;
      case "?:":
      case "list":
      case "[]":
      case "[?]":
        return ast.args.some((a) => a.maybeAsync);
      case "||":
      case "&&":
        return ast.args.some((a) => a.maybeAsync);
      case "map":
        return ast.args.some((a) => a[0].maybeAsync || a[1].maybeAsync);
      default:
        return true;
    }
  }
  /**
   * Check whether we can optimize away async calling
   * If no ast members includes a function, we can optimize the call
   * for which we want to return true here.
   * @returns {boolean}
   */
  get maybeAsync() {
    return this.#meta.async ??= this.#computeIsAsync();
  }
  check(chk, ast, ctx) {
    const meta = this.#meta;
    if (meta.alternate) return chk.check(meta.alternate, ctx);
    else if (meta.macro) return meta.macro.typeCheck(chk, meta.macro, ctx);
    return meta.check(chk, ast, ctx);
  }
  evaluate(ev, ast, ctx) {
    const meta = this.#meta;
    if (meta.alternate) this.evaluate = this.#evaluateAlternate;
    else if (meta.macro) this.evaluate = this.#evaluateMacro;
    else this.evaluate = meta.evaluate;
    return this.evaluate(ev, ast, ctx);
  }
  #evaluateAlternate(ev, ast, ctx) {
    return (ast = this.#meta.alternate).evaluate(ev, ast, ctx);
  }
  #evaluateMacro(ev, ast, ctx) {
    return (ast = this.#meta.macro).evaluate(ev, ast, ctx);
  }
  setMeta(key, value) {
    return this.#meta[key] = value, this;
  }
  get range() {
    return { start: this.start, end: this.end };
  }
  toOldStructure() {
    const args = Array.isArray(this.args) ? this.args : [this.args];
    return [this.op, ...args.map((a) => a instanceof _ASTNode ? a.toOldStructure() : a)];
  }
};
var Lexer = class {
  input;
  pos;
  length;
  tokenPos;
  tokenType;
  tokenValue;
  reset(input) {
    this.pos = 0;
    this.input = input;
    this.length = input.length;
    return input;
  }
  token(pos, type, value) {
    this.tokenPos = pos;
    this.tokenType = type;
    this.tokenValue = value;
    return this;
  }
  // Read next token
  nextToken() {
    while (true) {
      const { pos, input, length } = this;
      if (pos >= length) return this.token(pos, TOKEN.EOF);
      const ch = input[pos];
      switch (ch) {
        // Whitespaces
        case " ":
        case "	":
        case "\n":
        case "\r":
          this.pos++;
          continue;
        // Operators
        case "=":
          if (input[pos + 1] !== "=") break;
          return this.token((this.pos += 2) - 2, TOKEN.EQ);
        case "&":
          if (input[pos + 1] !== "&") break;
          return this.token((this.pos += 2) - 2, TOKEN.AND);
        case "|":
          if (input[pos + 1] !== "|") break;
          return this.token((this.pos += 2) - 2, TOKEN.OR);
        case "+":
          return this.token(this.pos++, TOKEN.PLUS);
        case "-":
          return this.token(this.pos++, TOKEN.MINUS);
        case "*":
          return this.token(this.pos++, TOKEN.MULTIPLY);
        case "/":
          if (input[pos + 1] === "/") {
            while (this.pos < length && this.input[this.pos] !== "\n") this.pos++;
            continue;
          }
          return this.token(this.pos++, TOKEN.DIVIDE);
        case "%":
          return this.token(this.pos++, TOKEN.MODULO);
        case "<":
          if (input[pos + 1] === "=") return this.token((this.pos += 2) - 2, TOKEN.LE);
          return this.token(this.pos++, TOKEN.LT);
        case ">":
          if (input[pos + 1] === "=") return this.token((this.pos += 2) - 2, TOKEN.GE);
          return this.token(this.pos++, TOKEN.GT);
        case "!":
          if (input[pos + 1] === "=") return this.token((this.pos += 2) - 2, TOKEN.NE);
          return this.token(this.pos++, TOKEN.NOT);
        case "(":
          return this.token(this.pos++, TOKEN.LPAREN);
        case ")":
          return this.token(this.pos++, TOKEN.RPAREN);
        case "[":
          return this.token(this.pos++, TOKEN.LBRACKET);
        case "]":
          return this.token(this.pos++, TOKEN.RBRACKET);
        case "{":
          return this.token(this.pos++, TOKEN.LBRACE);
        case "}":
          return this.token(this.pos++, TOKEN.RBRACE);
        case ".":
          return this.token(this.pos++, TOKEN.DOT);
        case ",":
          return this.token(this.pos++, TOKEN.COMMA);
        case ":":
          return this.token(this.pos++, TOKEN.COLON);
        case "?":
          return this.token(this.pos++, TOKEN.QUESTION);
        case `"`:
        case `'`:
          return this.readString(ch);
        // Check for string prefixes (b, B, r, R followed by quote)
        case "b":
        case "B":
        case "r":
        case "R": {
          const next = input[pos + 1];
          if (next === '"' || next === "'") return ++this.pos && this.readString(next, ch);
          return this.readIdentifier();
        }
        default: {
          const code = ch.charCodeAt(0);
          if (code <= 57 && code >= 48) return this.readNumber();
          if (this._isIdentifierCharCode(code)) return this.readIdentifier();
        }
      }
      throw parseError("unexpected_character", `Unexpected character: ${ch}`, {
        pos,
        start: pos,
        end: pos + 1,
        input
      });
    }
  }
  // Characters: 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_
  _isIdentifierCharCode(c) {
    if (c < 48 || c > 122) return false;
    return c >= 97 || c >= 65 && c <= 90 || c <= 57 || c === 95;
  }
  _parseAsDouble(start, end) {
    const value = Number(this.input.substring(start, end));
    if (Number.isFinite(value)) return this.token(start, TOKEN.NUMBER, value);
    throw parseError("invalid_number", `Invalid number: ${value}`, {
      pos: start,
      start,
      end,
      input: this.input
    });
  }
  _parseAsBigInt(start, end, isHex, unsigned) {
    const string = this.input.substring(start, end);
    if (unsigned === "u" || unsigned === "U") {
      this.pos++;
      try {
        return this.token(start, TOKEN.NUMBER, new UnsignedInt(string));
      } catch (_err) {
      }
    } else {
      try {
        return this.token(start, TOKEN.NUMBER, BigInt(string));
      } catch (_err) {
      }
    }
    throw parseError(
      isHex ? "invalid_hex_integer" : "invalid_integer",
      isHex ? `Invalid hex integer: ${string}` : `Invalid integer: ${string}`,
      { pos: start, start, end: this.pos, input: this.input }
    );
  }
  _readDigits(input, length, pos, code) {
    while (pos < length && (code = input.charCodeAt(pos)) && !(code > 57 || code < 48)) pos++;
    return pos;
  }
  _readExponent(input, length, pos) {
    let ch = pos < length && input[pos];
    if (ch === "e" || ch === "E") {
      ch = ++pos < length && input[pos];
      if (ch === "-" || ch === "+") pos++;
      const start = pos;
      pos = this._readDigits(input, length, pos);
      if (start === pos)
        throw parseError("invalid_exponent", "Invalid exponent", {
          pos,
          start: pos,
          end: Math.min(pos + 1, input.length),
          input
        });
    }
    return pos;
  }
  readNumber() {
    const { input, length, pos: start } = this;
    let pos = start;
    if (input[pos] === "0" && (input[pos + 1] === "x" || input[pos + 1] === "X")) {
      pos += 2;
      while (pos < length && HEX_CODES[input[pos].charCodeAt(0)]) pos++;
      return this._parseAsBigInt(start, this.pos = pos, true, input[pos]);
    }
    pos = this._readDigits(input, length, pos);
    if (pos + 1 < length) {
      let isDouble = false;
      let afterpos = input[pos] === "." ? this._readDigits(input, length, pos + 1) : pos + 1;
      if (afterpos !== pos + 1) (isDouble = true) && (pos = afterpos);
      afterpos = this._readExponent(input, length, pos);
      if (afterpos !== pos) (isDouble = true) && (pos = afterpos);
      if (isDouble) return this._parseAsDouble(start, this.pos = pos);
    }
    return this._parseAsBigInt(start, this.pos = pos, false, input[pos]);
  }
  readString(del, prefix) {
    const { input: i, pos: s } = this;
    if (i[s + 1] === del && i[s + 2] === del) return this.readTripleQuotedString(del, prefix);
    return this.readSingleQuotedString(del, prefix);
  }
  _closeQuotedString(rawStart, rawValue, prefix, pos) {
    switch (prefix) {
      case "b":
      case "B": {
        const processed = this.processEscapes(rawStart, rawValue, true);
        const bytes = new Uint8Array(processed.length);
        for (let i = 0; i < processed.length; i++) bytes[i] = processed.charCodeAt(i) & 255;
        return this.token(pos - 1, TOKEN.BYTES, bytes);
      }
      case "r":
      case "R": {
        return this.token(pos - 1, TOKEN.STRING, rawValue);
      }
      default: {
        const value = this.processEscapes(rawStart, rawValue, false);
        return this.token(pos, TOKEN.STRING, value);
      }
    }
  }
  readSingleQuotedString(delimiter, prefix) {
    const { input, length, pos: start } = this;
    let ch;
    let pos = this.pos + 1;
    while (pos < length && (ch = input[pos])) {
      switch (ch) {
        case delimiter:
          const rawStart = start + 1;
          const rawValue = input.slice(rawStart, pos);
          this.pos = ++pos;
          return this._closeQuotedString(rawStart, rawValue, prefix, start);
        case "\n":
        case "\r":
          throw parseError("newline_in_string", "Newlines not allowed in single-quoted strings", {
            pos,
            start: pos,
            end: pos + 1,
            input
          });
        case "\\":
          pos++;
      }
      pos++;
    }
    throw parseError("unterminated_string", "Unterminated string", {
      pos: start,
      start,
      end: input.length,
      input
    });
  }
  readTripleQuotedString(delimiter, prefix) {
    const { input, length, pos: start } = this;
    let ch;
    let pos = this.pos + 3;
    while (pos < length && (ch = input[pos])) {
      switch (ch) {
        case delimiter:
          if (input[pos + 1] === delimiter && input[pos + 2] === delimiter) {
            const rawStart = start + 3;
            const rawValue = input.slice(rawStart, pos);
            this.pos = pos + 3;
            return this._closeQuotedString(rawStart, rawValue, prefix, start);
          }
          break;
        case "\\":
          pos++;
      }
      pos++;
    }
    throw parseError("unterminated_triple_quoted_string", "Unterminated triple-quoted string", {
      pos: start,
      start,
      end: input.length,
      input
    });
  }
  #escapeErr(code, offset, len, i, chars, extra) {
    const start = offset + i;
    return parseError(code, ESCAPE_ERRORS[code](extra), {
      input: this.input,
      pos: start,
      start,
      end: Math.min(start + chars, offset + len)
    });
  }
  processEscapes(offset, str, isBytes) {
    if (!str.includes("\\")) return str;
    const len = str.length;
    let result = "";
    let i = 0;
    while (i < len) {
      if (str[i] !== "\\" || i + 1 >= len) {
        result += str[i++];
        continue;
      }
      const next = str[i + 1];
      if (STRING_ESCAPES[next]) {
        result += STRING_ESCAPES[next];
        i += 2;
      } else if (next === "u" || next === "U") {
        if (isBytes) throw this.#escapeErr("bytes_unicode_escape", offset, len, i, 2, next);
        const hexLen = next === "u" ? 4 : 8;
        const hex = str.substring(i + 2, i + 2 + hexLen);
        const c = Number.parseInt(hex, 16);
        if (hex.length !== hexLen || !/^[0-9a-fA-F]+$/.test(hex) || c > 1114111)
          throw this.#escapeErr("invalid_unicode_escape", offset, len, i, 2 + hexLen, next + hex);
        if (c >= 55296 && c <= 57343)
          throw this.#escapeErr("invalid_unicode_surrogate", offset, len, i, 2 + hexLen, next + hex);
        result += String.fromCodePoint(c);
        i += 2 + hexLen;
      } else if (next === "x" || next === "X") {
        const h = str.substring(i + 2, i + 4);
        if (!/^[0-9a-fA-F]{2}$/.test(h))
          throw this.#escapeErr("invalid_hex_escape", offset, len, i, 4, next + h);
        result += String.fromCharCode(Number.parseInt(h, 16));
        i += 4;
      } else if (next >= "0" && next <= "7") {
        const o = str.substring(i + 1, i + 4);
        if (!/^[0-7]{3}$/.test(o)) throw this.#escapeErr("invalid_octal_escape", offset, len, i, 4);
        const value = Number.parseInt(o, 8);
        if (value > 255) throw this.#escapeErr("octal_escape_out_of_range", offset, len, i, 4, o);
        result += String.fromCharCode(value);
        i += 4;
      } else {
        throw this.#escapeErr("invalid_escape_sequence", offset, len, i, 2, next);
      }
    }
    return result;
  }
  readIdentifier() {
    const { pos, input, length } = this;
    let p = pos;
    while (p < length && this._isIdentifierCharCode(input[p].charCodeAt(0))) p++;
    const value = input.substring(pos, this.pos = p);
    switch (value) {
      case "true":
        return this.token(pos, TOKEN.BOOLEAN, true);
      case "false":
        return this.token(pos, TOKEN.BOOLEAN, false);
      case "null":
        return this.token(pos, TOKEN.NULL, null);
      case "in":
        return this.token(pos, TOKEN.IN);
      default:
        return this.token(pos, TOKEN.IDENTIFIER, value);
    }
  }
};
var globalLexer = new Lexer();
var Parser = class {
  lexer = globalLexer;
  input = null;
  maxDepthRemaining = null;
  astNodesRemaining = null;
  type = null;
  pos = null;
  constructor(limits, registry) {
    this.limits = limits;
    this.registry = registry;
  }
  #limitExceeded(limitKey, pos = this.pos) {
    throw parseError("limit_exceeded", `Exceeded ${limitKey} (${this.limits[limitKey]})`, {
      pos,
      start: pos,
      end: pos,
      input: this.input
    });
  }
  #node(start, end, op, args, pos = start) {
    const node = new ASTNode(this.input, pos, start, end, op, args);
    if (!this.astNodesRemaining--) this.#limitExceeded("maxAstNodes", pos);
    return node;
  }
  #infixNode(op, left, right) {
    return this.#node(left.start, right.end, op, [left, right]);
  }
  #ternaryNode(expression, consequent, alternate) {
    return this.#node(expression.start, alternate.end, OPERATORS.ternary, [
      expression,
      consequent,
      alternate
    ]);
  }
  #unaryNode(pos, op, arg) {
    return this.#node(pos, arg.end, op, arg);
  }
  #accessNode(op, left, right, end, pos = left.start) {
    return this.#node(left.start, end, op, [left, right], pos);
  }
  #advanceToken(returnValue = this.pos) {
    const l = this.lexer.nextToken();
    this.pos = l.tokenPos;
    this.type = l.tokenType;
    return returnValue;
  }
  // The value of the current token is accessed less regularly,
  // so we use a getter to reduce assignment overhead
  get value() {
    return this.lexer.tokenValue;
  }
  consume(expectedType) {
    if (this.type === expectedType) return this.#advanceToken();
    throw parseError(
      "expected_token",
      `Expected ${TOKEN_BY_NUMBER[expectedType]}, got ${TOKEN_BY_NUMBER[this.type]}`,
      { pos: this.pos, start: this.pos, end: this.lexer.pos, input: this.input }
    );
  }
  match(type) {
    return this.type === type;
  }
  // Parse entry point
  parse(input) {
    if (typeof input !== "string") {
      throw parseError("expression_must_be_string", "Expression must be a string");
    }
    this.input = this.lexer.reset(input);
    this.#advanceToken();
    this.maxDepthRemaining = this.limits.maxDepth;
    this.astNodesRemaining = this.limits.maxAstNodes;
    const result = this.parseExpression();
    if (this.match(TOKEN.EOF)) return result;
    throw parseError(
      "unexpected_character",
      `Unexpected character: '${this.input[this.lexer.pos - 1]}'`,
      {
        pos: this.pos,
        start: this.pos,
        end: this.lexer.pos,
        input: this.input
      }
    );
  }
  #expandMacro(start, end, op, args) {
    const methodName = args[0];
    const receiver = op === OPERATORS.rcall ? args[1] : null;
    const fnArgs = op === OPERATORS.rcall ? args[2] : args[1];
    const decl = this.registry.findMacro(methodName, !!receiver, fnArgs.length);
    const ast = this.#node(start, end, op, args);
    if (!decl) return ast;
    const macro = decl.handler({ ast, args: fnArgs, receiver, methodName, parser: this });
    if (macro.callAst) return ast.setMeta("alternate", macro.callAst);
    return ast.setMeta("macro", macro).setMeta("async", isAsync(macro.evaluate, macro.async));
  }
  // Expression ::= LogicalOr ('?' Expression ':' Expression)?
  parseExpression() {
    if (!this.maxDepthRemaining--) this.#limitExceeded("maxDepth");
    const expr = this.parseLogicalOr();
    if (!this.match(TOKEN.QUESTION)) return ++this.maxDepthRemaining && expr;
    this.#advanceToken();
    const consequent = this.parseExpression();
    this.consume(TOKEN.COLON);
    const alternate = this.parseExpression();
    this.maxDepthRemaining++;
    return this.#ternaryNode(expr, consequent, alternate);
  }
  // LogicalOr ::= LogicalAnd ('||' LogicalAnd)*
  parseLogicalOr() {
    let expr = this.parseLogicalAnd();
    while (this.match(TOKEN.OR)) {
      this.#advanceToken();
      expr = this.#infixNode(OPERATORS["||"], expr, this.parseLogicalAnd());
    }
    return expr;
  }
  // LogicalAnd ::= Equality ('&&' Equality)*
  parseLogicalAnd() {
    let expr = this.parseEquality();
    while (this.match(TOKEN.AND)) {
      this.#advanceToken();
      expr = this.#infixNode(OPERATORS["&&"], expr, this.parseEquality());
    }
    return expr;
  }
  // Equality ::= Relational (('==' | '!=') Relational)*
  parseEquality() {
    let expr = this.parseRelational();
    while (this.match(TOKEN.EQ) || this.match(TOKEN.NE)) {
      const op = OP_FOR_TOKEN[this.type];
      this.#advanceToken();
      expr = this.#infixNode(op, expr, this.parseRelational());
    }
    return expr;
  }
  // Relational ::= Additive (('<' | '<=' | '>' | '>=' | 'in') Additive)*
  parseRelational() {
    let expr = this.parseAdditive();
    while (this.match(TOKEN.LT) || this.match(TOKEN.LE) || this.match(TOKEN.GT) || this.match(TOKEN.GE) || this.match(TOKEN.IN)) {
      const op = OP_FOR_TOKEN[this.type];
      this.#advanceToken();
      expr = this.#infixNode(op, expr, this.parseAdditive());
    }
    return expr;
  }
  // Additive ::= Multiplicative (('+' | '-') Multiplicative)*
  parseAdditive() {
    let expr = this.parseMultiplicative();
    while (this.match(TOKEN.PLUS) || this.match(TOKEN.MINUS)) {
      const op = OP_FOR_TOKEN[this.type];
      this.#advanceToken();
      expr = this.#infixNode(op, expr, this.parseMultiplicative());
    }
    return expr;
  }
  // Multiplicative ::= Unary (('*' | '/' | '%') Unary)*
  parseMultiplicative() {
    let expr = this.parseUnary();
    while (this.match(TOKEN.MULTIPLY) || this.match(TOKEN.DIVIDE) || this.match(TOKEN.MODULO)) {
      const op = OP_FOR_TOKEN[this.type];
      this.#advanceToken();
      expr = this.#infixNode(op, expr, this.parseUnary());
    }
    return expr;
  }
  // Unary ::= ('!' | '-')* Postfix
  parseUnary() {
    if (this.type === TOKEN.NOT) {
      return this.#unaryNode(this.#advanceToken(), OPERATORS.unaryNot, this.parseUnary());
    }
    if (this.type === TOKEN.MINUS) {
      return this.#unaryNode(this.#advanceToken(), OPERATORS.unaryMinus, this.parseUnary());
    }
    return this.parsePostfix();
  }
  // Postfix ::= Primary (('.' IDENTIFIER ('(' ArgumentList ')')? | '[' Expression ']'))*
  parsePostfix() {
    let expr = this.parsePrimary();
    const depth = this.maxDepthRemaining;
    while (true) {
      if (this.match(TOKEN.DOT)) {
        const dot = this.#advanceToken();
        if (!this.maxDepthRemaining--) this.#limitExceeded("maxDepth", dot);
        const op = this.match(TOKEN.QUESTION) && this.registry.enableOptionalTypes && this.#advanceToken() ? OPERATORS.optionalFieldAccess : OPERATORS.fieldAccess;
        const propertyValue = this.value;
        const start = this.pos;
        const end = this.lexer.pos;
        this.consume(TOKEN.IDENTIFIER);
        if (op === OPERATORS.fieldAccess && this.match(TOKEN.LPAREN) && this.#advanceToken()) {
          const args = this.parseArgumentList();
          const closeEnd = this.lexer.pos;
          this.consume(TOKEN.RPAREN);
          expr = this.#expandMacro(expr.start, closeEnd, OPERATORS.rcall, [propertyValue, expr, args]);
        } else {
          expr = this.#accessNode(op, expr, propertyValue, end, start);
        }
        continue;
      }
      if (this.match(TOKEN.LBRACKET)) {
        const bracket = this.#advanceToken();
        if (!this.maxDepthRemaining--) this.#limitExceeded("maxDepth", bracket);
        const op = this.match(TOKEN.QUESTION) && this.registry.enableOptionalTypes && this.#advanceToken() ? OPERATORS.optionalBracketAccess : OPERATORS.bracketAccess;
        const index = this.parseExpression();
        const closeEnd = this.lexer.pos;
        this.consume(TOKEN.RBRACKET);
        expr = this.#accessNode(op, expr, index, closeEnd);
        continue;
      }
      break;
    }
    this.maxDepthRemaining = depth;
    return expr;
  }
  // Primary ::= NUMBER | STRING | BOOLEAN | NULL | IDENTIFIER | '(' Expression ')' | Array | Object
  parsePrimary() {
    switch (this.type) {
      case TOKEN.NUMBER:
      case TOKEN.STRING:
      case TOKEN.BYTES:
      case TOKEN.BOOLEAN:
      case TOKEN.NULL:
        return this.#consumeLiteral();
      case TOKEN.IDENTIFIER:
        return this.#parseIdentifierPrimary();
      case TOKEN.LPAREN:
        return this.#parseParenthesizedExpression();
      case TOKEN.LBRACKET:
        return this.parseList();
      case TOKEN.LBRACE:
        return this.parseMap();
    }
    throw parseError("unexpected_token", `Unexpected token: ${TOKEN_BY_NUMBER[this.type]}`, {
      pos: this.pos,
      start: this.pos,
      end: this.lexer.pos,
      input: this.input
    });
  }
  #consumeLiteral() {
    return this.#advanceToken(this.#node(this.pos, this.lexer.pos, OPERATORS.value, this.value));
  }
  #parseIdentifierPrimary() {
    const value = this.value;
    const end = this.lexer.pos;
    const start = this.consume(TOKEN.IDENTIFIER);
    if (RESERVED.has(value)) {
      throw parseError("reserved_identifier", `Reserved identifier: ${value}`, {
        pos: start,
        start,
        end,
        input: this.input
      });
    }
    if (!this.match(TOKEN.LPAREN)) return this.#node(start, end, OPERATORS.id, value);
    this.#advanceToken();
    const args = this.parseArgumentList();
    const closeEnd = this.lexer.pos;
    this.consume(TOKEN.RPAREN);
    return this.#expandMacro(start, closeEnd, OPERATORS.call, [value, args]);
  }
  #parseParenthesizedExpression() {
    this.consume(TOKEN.LPAREN);
    const expr = this.parseExpression();
    this.consume(TOKEN.RPAREN);
    return expr;
  }
  parseList() {
    const start = this.consume(TOKEN.LBRACKET);
    const elements = [];
    let remainingElements = this.limits.maxListElements;
    if (!this.match(TOKEN.RBRACKET)) {
      elements.push(this.parseExpression());
      if (!remainingElements--) this.#limitExceeded("maxListElements", elements.at(-1).pos);
      while (this.match(TOKEN.COMMA)) {
        this.#advanceToken();
        if (this.match(TOKEN.RBRACKET)) break;
        elements.push(this.parseExpression());
        if (!remainingElements--) this.#limitExceeded("maxListElements", elements.at(-1).pos);
      }
    }
    const closeEnd = this.lexer.pos;
    this.consume(TOKEN.RBRACKET);
    return this.#node(start, closeEnd, OPERATORS.list, elements);
  }
  parseMap() {
    const start = this.consume(TOKEN.LBRACE);
    const props = [];
    let remainingEntries = this.limits.maxMapEntries;
    if (!this.match(TOKEN.RBRACE)) {
      props.push(this.parseProperty());
      if (!remainingEntries--) this.#limitExceeded("maxMapEntries", props.at(-1)[0].pos);
      while (this.match(TOKEN.COMMA)) {
        this.#advanceToken();
        if (this.match(TOKEN.RBRACE)) break;
        props.push(this.parseProperty());
        if (!remainingEntries--) this.#limitExceeded("maxMapEntries", props.at(-1)[0].pos);
      }
    }
    const closeEnd = this.lexer.pos;
    this.consume(TOKEN.RBRACE);
    return this.#node(start, closeEnd, OPERATORS.map, props);
  }
  parseProperty() {
    return [this.parseExpression(), (this.consume(TOKEN.COLON), this.parseExpression())];
  }
  parseArgumentList() {
    const args = [];
    let remainingArgs = this.limits.maxCallArguments;
    if (!this.match(TOKEN.RPAREN)) {
      args.push(this.parseExpression());
      if (!remainingArgs--) this.#limitExceeded("maxCallArguments", args.at(-1).pos);
      while (this.match(TOKEN.COMMA)) {
        this.#advanceToken();
        if (this.match(TOKEN.RPAREN)) break;
        args.push(this.parseExpression());
        if (!remainingArgs--) this.#limitExceeded("maxCallArguments", args.at(-1).pos);
      }
    }
    return args;
  }
};

// node_modules/@marcbachmann/cel-js/lib/options.js
var DEFAULT_LIMITS = objFreeze({
  maxAstNodes: 1e5,
  maxDepth: 250,
  maxListElements: 1e3,
  maxMapEntries: 1e3,
  maxCallArguments: 32
});
var LIMIT_KEYS = new Set(objKeys(DEFAULT_LIMITS));
function createLimits(overrides, base = DEFAULT_LIMITS) {
  const keys = overrides ? objKeys(overrides) : void 0;
  if (!keys?.length) return base;
  const merged = { ...base };
  for (const key of keys) {
    if (!LIMIT_KEYS.has(key)) throw new TypeError(`Unknown limits option: ${key}`);
    const value = overrides[key];
    if (typeof value !== "number") continue;
    merged[key] = value;
  }
  return objFreeze(merged);
}
var DEFAULT_OPTIONS = objFreeze({
  unlistedVariablesAreDyn: false,
  homogeneousAggregateLiterals: true,
  enableOptionalTypes: false,
  limits: DEFAULT_LIMITS
});
function bool(a, b, key) {
  const value = a?.[key] ?? b?.[key];
  if (typeof value !== "boolean") throw new TypeError(`Invalid option: ${key}`);
  return value;
}
function createOptions(opts, base = DEFAULT_OPTIONS) {
  if (!opts) return base;
  return objFreeze({
    unlistedVariablesAreDyn: bool(opts, base, "unlistedVariablesAreDyn"),
    homogeneousAggregateLiterals: bool(opts, base, "homogeneousAggregateLiterals"),
    enableOptionalTypes: bool(opts, base, "enableOptionalTypes"),
    limits: createLimits(opts.limits, base.limits)
  });
}

// node_modules/@marcbachmann/cel-js/lib/evaluator.js
var globalRegistry = createRegistry({ enableOptionalTypes: false });
registerFunctions(globalRegistry);
registerOverloads(globalRegistry);
registerMacros(globalRegistry);
var Environment = class _Environment {
  #registry;
  #evaluator;
  #typeChecker;
  #evalTypeChecker;
  #parser;
  constructor(opts, inherited) {
    this.opts = createOptions(opts, inherited?.opts);
    this.#registry = (inherited instanceof _Environment ? inherited.#registry : globalRegistry).clone(this.opts);
    const childOpts = { registry: this.#registry, opts: this.opts };
    this.#typeChecker = new TypeChecker(childOpts);
    this.#evalTypeChecker = new TypeChecker(childOpts, true);
    this.#evaluator = new Evaluator(childOpts);
    this.#parser = new Parser(this.opts.limits, this.#registry);
    Object.freeze(this);
  }
  clone(opts) {
    return new _Environment(opts, this);
  }
  registerFunction(signature, handler, opts) {
    this.#registry.registerFunctionOverload(signature, handler, opts);
    return this;
  }
  registerOperator(string, handler, opts) {
    this.#registry.registerOperatorOverload(string, handler, opts);
    return this;
  }
  registerType(typename, constructor) {
    this.#registry.registerType(typename, constructor);
    return this;
  }
  registerVariable(name, type, opts) {
    this.#registry.registerVariable(name, type, opts);
    return this;
  }
  registerConstant(name, type, value) {
    this.#registry.registerConstant(name, type, value);
    return this;
  }
  hasVariable(name) {
    return this.#registry.variables.has(name);
  }
  getDefinitions() {
    return this.#registry.getDefinitions();
  }
  check(expression) {
    try {
      return this.#checkAST(this.#parser.parse(expression));
    } catch (error) {
      return { valid: false, error };
    }
  }
  #checkAST(ast) {
    try {
      const typeDecl = this.#typeChecker.check(ast, new RootContext(this.#registry));
      return { valid: true, type: this.#formatTypeForCheck(typeDecl) };
    } catch (error) {
      return { valid: false, error };
    }
  }
  #formatTypeForCheck(typeDecl) {
    if (typeDecl.name === `list<dyn>`) return "list";
    if (typeDecl.name === `map<dyn, dyn>`) return "map";
    return typeDecl.name;
  }
  parse(expression) {
    const ast = this.#parser.parse(expression);
    const evaluateParsed = this.#evaluateAST.bind(this, ast);
    evaluateParsed.check = this.#checkAST.bind(this, ast);
    evaluateParsed.ast = ast;
    return evaluateParsed;
  }
  evaluate(expression, context) {
    return this.#evaluateAST(this.#parser.parse(expression), context);
  }
  #evaluateAST(ast, ctx) {
    if (ast.checkedType) {
      return ast.evaluate(this.#evaluator, ast, new RootContext(this.#registry, ctx));
    } else {
      this.#evalTypeChecker.check(ast, ctx = new RootContext(this.#registry, ctx));
      return ast.evaluate(this.#evaluator, ast, ctx);
    }
  }
};
var Evaluator = class extends Base {
  constructor(opts) {
    super(opts);
    this.createError = evaluationError;
  }
  #firstMapElement(coll) {
    if (coll instanceof Map) return coll.entries().next().value;
    for (const key in coll) return [key, coll[key]];
  }
  debugRuntimeType(value, checkedType) {
    return checkedType?.hasDynType === false ? checkedType : this.debugTypeDeep(value);
  }
  debugTypeDeep(value) {
    const runtimeType = this.debugType(value);
    switch (runtimeType.kind) {
      case "list": {
        const first = value instanceof Array ? value[0] : value.values().next().value;
        if (first === void 0) return runtimeType;
        return this.registry.getListType(this.debugTypeDeep(first));
      }
      case "map": {
        const first = this.#firstMapElement(value);
        if (!first) return runtimeType;
        return this.registry.getMapType(
          runtimeType.keyType.hasDynType ? this.debugTypeDeep(first[0]) : runtimeType.keyType,
          runtimeType.valueType.hasDynType ? this.debugTypeDeep(first[1]) : runtimeType.valueType
        );
      }
      default:
        return runtimeType;
    }
  }
  tryEval(ast, ctx) {
    try {
      const res = this.run(ast, ctx);
      if (res instanceof Promise) return res.catch((err) => err);
      return res;
    } catch (err) {
      return err;
    }
  }
  run(ast, ctx) {
    return ast.evaluate(this, ast, ctx);
  }
};
var globalEnvironment = new Environment({
  unlistedVariablesAreDyn: true
});

// src/rules/score.ts
var EFFECT_SCORE = 25;
function scoreOfShare(share) {
  return e2(share.low, 0.05, 0.2);
}
function e2(value, at25, at75) {
  if (!(at25 > 0) || !(at75 > at25)) return Number.NaN;
  if (value <= 0) return 0;
  if (value < at25) return 25 * value / at25;
  return 25 + 75 * (1 - (1 / 3) ** ((value - at25) / (at75 - at25)));
}

// src/rules/expression.ts
var MAX_LENGTH = 500;
var functions = ["min", "max", "e2"];
var methods = ["startsWith", "endsWith", "contains"];
var operators = /* @__PURE__ */ new Set(["id", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "&&", "||", "!_", "-_", "?:"]);
var reserved = new Set(
  "as break const continue else false for function if import in let loop namespace null package return true var void while".split(" ")
);
function declareNames(spec) {
  const environment = new Environment({ limits: { maxAstNodes: 200, maxDepth: 40, maxListElements: 50, maxCallArguments: 3 } });
  for (const metric of Object.keys(spec.metrics)) if (!reserved.has(metric)) environment.registerVariable(metric, "double");
  for (const fact of Object.keys(spec.facts)) if (!reserved.has(fact)) environment.registerVariable(fact, "string");
  environment.registerVariable({ name: "share", schema: { estimate: "double", low: "double", high: "double" } });
  letIntsStandForDoubles(environment);
  return environment;
}
function compileCondition(text2, environment) {
  const type = typeOf(text2, environment);
  if (typeof type !== "string") return type;
  if (type !== "bool") return { reason: `"${text2}" is ${article(type)}, not a condition: compare it with something` };
  return evaluator(text2, environment, Boolean);
}
function compileScore(text2, environment) {
  const type = typeOf(text2, environment);
  if (typeof type !== "string") return type;
  if (type !== "double" && type !== "int") return { reason: `"${text2}" is ${article(type)}, not a score: it must give a number` };
  return evaluator(text2, environment, Number);
}
function letIntsStandForDoubles(environment) {
  const compute = {
    "+": (a, b) => Number(a) + Number(b),
    "-": (a, b) => Number(a) - Number(b),
    "*": (a, b) => Number(a) * Number(b),
    "/": (a, b) => Number(a) / Number(b)
  };
  for (const [operator, handler] of Object.entries(compute)) {
    environment.registerOperator(`double ${operator} int: double`, handler);
    environment.registerOperator(`int ${operator} double: double`, handler);
  }
  environment.registerOperator("double == int: bool", (a, b) => Number(a) === Number(b));
  for (const types of combinations(2)) {
    environment.registerFunction(`min(${types}): double`, (a, b) => Math.min(Number(a), Number(b)));
    environment.registerFunction(`max(${types}): double`, (a, b) => Math.max(Number(a), Number(b)));
  }
  for (const types of combinations(3)) {
    environment.registerFunction(`e2(${types}): double`, (v, x1, x2) => e2(Number(v), Number(x1), Number(x2)));
  }
}
function combinations(count) {
  if (count === 1) return ["double", "int"];
  return combinations(count - 1).flatMap((rest) => [`double, ${rest}`, `int, ${rest}`]);
}
function typeOf(text2, environment) {
  if (text2.length > MAX_LENGTH) return { reason: `the expression has ${text2.length} characters; ${MAX_LENGTH} are the most` };
  try {
    const complaint = forbidden(environment.parse(text2).ast, environment);
    if (complaint !== void 0) return { reason: `"${text2}" ${complaint}` };
    const { valid, type, error } = environment.check(text2);
    return valid ? String(type) : { reason: describe3(text2, error, environment) };
  } catch (error) {
    return { reason: describe3(text2, error, environment) };
  }
}
function describe3(text2, error, environment) {
  if (!(error instanceof ParseError || error instanceof TypeError2 || error instanceof EvaluationError)) throw error;
  if (error.code === "unknown_variable" && error.range !== void 0) {
    const name = text2.slice(error.range.start, error.range.end);
    const known = environment.getDefinitions().variables.map((variable) => variable.name);
    return `"${text2}": there is no metric or fact "${name}"${suggest(name, known)}`;
  }
  return `"${text2}": ${error.summary}`;
}
function forbidden(node, environment) {
  const each = (nodes) => nodes.map((child) => forbidden(child, environment)).find((complaint) => complaint !== void 0);
  if (node.op === "value")
    return ["string", "number", "bigint", "boolean"].includes(typeof node.args) ? void 0 : "holds a constant of a type rules do not know";
  if (node.op === ".") return forbidden(node.args[0], environment);
  if (node.op === "/") return dividesSafely(node.args, environment) ?? each(node.args);
  if (node.op === "in") {
    const [left, list] = node.args;
    if (list.op !== "list" || list.args.some((item) => item.op !== "value")) return 'uses "in" with something else than a list of constants';
    return forbidden(left, environment);
  }
  if (node.op === "call") {
    const [name, args] = node.args;
    return functions.includes(name) ? each(args) : `calls ${name}(); rules may call ${functions.join(", ")}`;
  }
  if (node.op === "rcall") {
    const [name, receiver, args] = node.args;
    return methods.includes(name) ? each([receiver, ...args]) : `calls .${name}(); rules may call .${methods.join(", .")}`;
  }
  if (!operators.has(node.op)) return `uses ${node.op}, which rules may not`;
  return each(operandsOf(node));
}
function operandsOf(node) {
  if (node.op === "id") return [];
  if (node.op === "!_" || node.op === "-_") return [node.args];
  return Array.isArray(node.args) ? node.args : [];
}
function dividesSafely([dividend, divisor], environment) {
  const constant = divisor.op === "value" && (typeof divisor.args === "number" || typeof divisor.args === "bigint") && Number(divisor.args) !== 0;
  if (!constant) return "divides by what may be 0: multiply the other side instead";
  const { type } = environment.check(dividend.input.slice(dividend.start, dividend.end));
  return String(type) === "int" ? "divides whole numbers, which drops the rest: write 1.0 for 1" : void 0;
}
function evaluator(text2, environment, convert) {
  const run = environment.parse(text2);
  const names = namesIn(run.ast);
  return ({ metrics, facts, share }) => {
    const variables = /* @__PURE__ */ new Map();
    for (const name of names) {
      if (name === "share" && isMeasured(share)) variables.set(name, share);
      else if (Object.hasOwn(metrics, name) && Number.isFinite(metrics[name])) variables.set(name, metrics[name]);
      else if (Object.hasOwn(facts, name)) variables.set(name, facts[name]);
    }
    try {
      return { value: convert(run(Object.fromEntries(variables))) };
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      const missing = names.filter((name) => !variables.has(name));
      return { missing: missing.length > 0 ? missing : [`${text2} (${error.summary})`] };
    }
  };
}
function isMeasured({ estimate, low, high }) {
  return Number.isFinite(estimate) && Number.isFinite(low) && Number.isFinite(high);
}
function namesIn(node) {
  if (node.op === "id") return [node.args];
  if (node.op === ".") return namesIn(node.args[0]);
  if (node.op === "in") return namesIn(node.args[0]);
  if (node.op === "call") return unique(node.args[1].flatMap(namesIn));
  if (node.op === "rcall") return unique([node.args[1], ...node.args[2]].flatMap(namesIn));
  return node.op === "value" ? [] : unique(operandsOf(node).flatMap(namesIn));
}
function unique(names) {
  return [...new Set(names)];
}
function article(type) {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

// src/rules/rule.ts
var text = external_exports.string().min(1, "must not be empty").max(2e3, "must not be longer than 2000 characters");
var texts = external_exports.array(text).max(20, "must not have more than 20 entries");
var someTexts = texts.min(1, "needs at least one entry");
var ratio = external_exports.number().min(0, "must be 0..1").max(1, "must be 0..1");
var classId = external_exports.enum(findingClasses).exclude(["none"]);
var interval = external_exports.union([ratio, external_exports.strictObject({ estimate: ratio, low: ratio, high: ratio })], {
  error: "must be a number 0..1 or { estimate, low, high }"
}).transform((share) => typeof share === "number" ? { estimate: share, low: share, high: share } : share).refine(({ estimate, low, high }) => low <= estimate && estimate <= high, "must have low \u2264 estimate \u2264 high");
var testCase = external_exports.strictObject({
  name: text,
  metrics: external_exports.record(external_exports.string(), external_exports.number()),
  facts: external_exports.record(external_exports.string(), external_exports.string()).default({}),
  share: interval.default({ estimate: 0.2, low: 0.2, high: 0.2 }),
  fires: external_exports.boolean(),
  score: external_exports.strictObject({ min: external_exports.number(), max: external_exports.number() }).optional()
});
var score = external_exports.union([external_exports.strictObject({ ceiling: external_exports.number().min(1).max(100) }), text, external_exports.number().transform(String)], {
  error: "must be { ceiling: 1..100 } or a CEL expression"
});
var ruleSchema = external_exports.strictObject({
  id: external_exports.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "must be kebab-case"),
  detector: text.optional(),
  class: classId,
  status: external_exports.enum(ruleStatuses),
  title: text,
  when: someTexts,
  score: score.optional(),
  minSamples: external_exports.int().min(0).max(1e6).default(0),
  evidence: texts.length(2, "needs two entries"),
  why: text,
  next: someTexts,
  undo: texts.default([]),
  sources: someTexts,
  whenWrong: someTexts,
  clears: external_exports.strictObject({ resource: text, metric: text, text }).optional(),
  folds: external_exports.array(classId).max(50).default([]),
  suggests: texts.default([]),
  series: texts.default([]),
  tests: external_exports.array(testCase).min(1, "needs at least one entry").max(200, "must not have more than 200 entries")
}).transform((fields) => ({ ...fields, detector: fields.detector ?? fields.id }));
var ruleFieldNames = Object.keys(ruleSchema.in.shape);

// src/rules/rule-issues.ts
function describeIssues(error, source) {
  return error.issues.flatMap((issue) => {
    const { path } = issue;
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ line: source.lineOfKey(path, key), reason: unknownField(path, key) }));
    }
    return [{ line: source.lineOf(path), reason: describeIssue(issue, valueAt2(source.value, path)) }];
  });
}
function unknownField(path, key) {
  const where = path.length === 0 ? "" : ` in ${fieldName(path)}`;
  return `there is no field "${key}"${where}${path.length === 0 ? suggest(key, ruleFieldNames) : ""}`;
}
function describeIssue(issue, value) {
  const field = fieldName(issue.path);
  if (issue.path.length === 0) return "the file does not hold the fields of a rule";
  if (value === void 0) return `the field ${field} is missing`;
  const last = issue.path.findLast((key) => typeof key === "string");
  if (issue.code === "invalid_value") {
    const known = last === "status" ? ruleStatuses : findingClasses.filter((id) => id !== "none");
    const choice = last === "status" ? `: it must be ${ruleStatuses.join(" or ")}` : `${suggest(String(value), known)}`;
    return `${field} is "${String(value).slice(0, 80)}", which there is not${choice}`;
  }
  if (issue.code === "invalid_type") return `${field} must be ${kinds[issue.expected] ?? issue.expected}`;
  return `${field} ${issue.message}`;
}
var kinds = {
  string: 'a text; put it in quotes if it holds ": " or looks like a number',
  array: "a list",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map",
  record: "a map"
};
function fieldName(path) {
  return path.map((key, index) => typeof key === "number" ? `[${key}]` : index === 0 ? String(key) : `.${String(key)}`).join("");
}
function valueAt2(root, path) {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return void 0;
    value = value[key];
  }
  return value;
}

// src/rules/template.ts
var ALWAYS = ["share", "share.low", "share.high", "subject", "target"];
var MAX_FILLED = 600;
var unsafe = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
function checkTemplate(template, spec) {
  const known = [...Object.keys(spec.metrics), ...Object.keys(spec.facts), ...ALWAYS];
  for (const [token, name] of tokens(template)) {
    if (token === "{" || token === "}") return `"${template}" has a single ${token}: write ${token}${token} for the character itself`;
    if (name !== void 0 && !known.includes(name)) return `"${template}": there is no metric or fact "${name}"${suggest(name, known)}`;
  }
  return void 0;
}
function fillTemplate(template, values) {
  const filled = template.replace(hole, (token, name) => {
    if (name !== void 0) return textOf(name, values);
    return token === "{{" ? "{" : token === "}}" ? "}" : token;
  });
  return cut(filled, MAX_FILLED);
}
function plain(name) {
  return name.replace(unsafe, "\uFFFD");
}
function cut(text2, length) {
  if (text2.length <= length) return text2;
  const end = /[\ud800-\udbff]/.test(text2[length - 2]) ? length - 2 : length - 1;
  return `${text2.slice(0, end)}\u2026`;
}
var hole = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;
function tokens(template) {
  return template.matchAll(hole);
}
function textOf(name, { metrics, facts, share, subject, target }) {
  if (name === "share") return formatRatio(share.estimate);
  if (name === "share.low") return formatRatio(share.low);
  if (name === "share.high") return formatRatio(share.high);
  if (name === "subject") return plain(subject);
  if (name === "target") return plain(describeTarget(target));
  if (Object.hasOwn(metrics, name)) return formatMetric(name, metrics[name]);
  return Object.hasOwn(facts, name) ? plain(facts[name]) : "\u2013";
}

// src/rules/yaml-source.ts
var import_yaml = __toESM(require_dist(), 1);
var MAX_BYTES = 256 * 1024;
var MAX_DEPTH = 50;
var MAX_ALIASES = 50;
function parseYaml(text2) {
  const sizeBytes = Buffer.byteLength(text2);
  if (sizeBytes > MAX_BYTES)
    return { line: 1, reason: `the file has ${Math.ceil(sizeBytes / 1024)} KiB; a rule may have ${MAX_BYTES / 1024}` };
  const deepLine = firstDeepLine(text2);
  if (deepLine !== void 0) return { line: deepLine, reason: `values are nested deeper than ${MAX_DEPTH} levels` };
  const lines = new import_yaml.LineCounter();
  const document = (0, import_yaml.parseDocument)(text2, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, stringKeys: true, logLevel: "error" });
  const lineAt = (offset) => Math.max(1, lines.linePos(offset).line);
  const error = document.errors[0];
  if (error !== void 0) return { line: lineAt(error.pos[0]), reason: `not valid YAML: ${firstLine(error.message)}` };
  const repeated = firstRepeatedKey(document);
  if (repeated !== void 0) return { line: lineAt(repeated.offset), reason: `the key "${repeated.key}" is there twice` };
  const lineOf = (path) => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if ((0, import_yaml.isNode)(node) && node.range) return lineAt(node.range[0]);
    }
    return 1;
  };
  const lineOfKey = (path, key) => {
    const map = path.length === 0 ? document.contents : document.getIn(path, true);
    const pair = (0, import_yaml.isMap)(map) ? map.items.find((item) => (0, import_yaml.isScalar)(item.key) && item.key.value === key) : void 0;
    return pair !== void 0 && (0, import_yaml.isNode)(pair.key) && pair.key.range ? lineAt(pair.key.range[0]) : lineOf(path);
  };
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }), lineOf, lineOfKey };
  } catch (error2) {
    if (!(error2 instanceof ReferenceError)) throw error2;
    return { line: 1, reason: `aliases are used too often or point nowhere: ${firstLine(error2.message)}` };
  }
}
function firstDeepLine(text2) {
  let open = 0;
  let line = 1;
  for (const row of text2.split(/\r\n?|\n/)) {
    if (compactNesting.test(row) || (/^[ \t]*/.exec(row)?.[0].length ?? 0) > 8 * MAX_DEPTH) return line;
    for (const character of row) {
      if (character === "[" || character === "{") open++;
      else if ((character === "]" || character === "}") && open > 0) open--;
      if (open > MAX_DEPTH) return line;
    }
    line++;
  }
  return void 0;
}
var compactNesting = new RegExp(`(?:[-?:][ \\t]+){${MAX_DEPTH}}`);
function firstRepeatedKey(document) {
  let repeated;
  (0, import_yaml.visit)(document, {
    Map(_, map) {
      const seen = /* @__PURE__ */ new Set();
      for (const { key } of map.items) {
        if (!(0, import_yaml.isScalar)(key)) continue;
        if (seen.has(key.value)) repeated = { key: String(key.value), offset: key.range?.[0] ?? 0 };
        if (repeated !== void 0) return import_yaml.visit.BREAK;
        seen.add(key.value);
      }
      return void 0;
    }
  });
  return repeated;
}
function firstLine(message) {
  return message.split("\n", 1)[0];
}

// src/rules/catalogue.ts
var MAX_FAULTS_PER_FILE = 5;
function loadCatalogue(files, specs) {
  const detectors2 = new Map(specs.map((spec) => [spec.detector, { spec, environment: declareNames(spec) }]));
  const rules = /* @__PURE__ */ new Map();
  const broken = [];
  for (const file of files) {
    const loaded = loadRule(file, detectors2);
    if (Array.isArray(loaded)) {
      const faults = [...loaded].sort((a, b) => a.line - b.line).slice(0, MAX_FAULTS_PER_FILE);
      broken.push(...faults.map((fault) => ({ file: file.path, ...fault })));
      continue;
    }
    const replaced = rules.get(loaded.id);
    rules.set(loaded.id, replaced === void 0 ? loaded : { ...loaded, overrides: replaced.path });
  }
  return { rules: [...rules.values()].sort((a, b) => a.id < b.id ? -1 : 1), broken };
}
function loadRule(file, detectors2) {
  const source = parseYaml(file.text);
  if ("reason" in source) return [source];
  const parsed = ruleSchema.safeParse(source.value);
  if (!parsed.success) return describeIssues(parsed.error, source);
  const fields = parsed.data;
  const name = fileName(file.path);
  if (fields.id !== name) return [{ line: source.lineOf(["id"]), reason: `the id is "${fields.id}", but the file is called "${name}"` }];
  const known = detectors2.get(fields.detector);
  if (known === void 0) {
    const at = "detector" in Object(source.value) ? "detector" : "id";
    return [
      { line: source.lineOf([at]), reason: `there is no detector "${fields.detector}"${suggest(fields.detector, [...detectors2.keys()])}` }
    ];
  }
  const faults = [...templateFaults(fields, known.spec, source), ...nameFaults(fields, known.spec, source)];
  const compiled = compile(fields, known, source);
  if ("faults" in compiled || faults.length > 0) return [...faults, ..."faults" in compiled ? compiled.faults : []];
  return { ...fields, path: file.path, ...compiled };
}
function fileName(path) {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.ya?ml$/, "");
}
function compile({ when, score: score2 }, { environment }, source) {
  const faults = [];
  const conditions = [];
  for (const [index, text2] of when.entries()) {
    const holds = compileCondition(text2, environment);
    if (isRefusal(holds)) faults.push({ line: source.lineOf(["when", index]), reason: holds.reason });
    else conditions.push({ text: text2, holds });
  }
  const scoreExpression = typeof score2 === "string" ? compileScore(score2, environment) : void 0;
  if (scoreExpression !== void 0 && isRefusal(scoreExpression)) {
    return { faults: [...faults, { line: source.lineOf(["score"]), reason: scoreExpression.reason }] };
  }
  if (faults.length > 0) return { faults };
  return scoreExpression === void 0 ? { conditions } : { conditions, scoreExpression };
}
function isRefusal(compiled) {
  return typeof compiled !== "function";
}
function templatesOf({ title, evidence, why, next, undo, clears }) {
  const listed = Object.entries({ evidence, next, undo }).flatMap(
    ([field, texts2]) => texts2.map((text2, index) => ({ path: [field, index], text: text2 }))
  );
  const cleared = clears === void 0 ? [] : [{ path: ["clears", "text"], text: clears.text }];
  return [{ path: ["title"], text: title }, { path: ["why"], text: why }, ...listed, ...cleared];
}
function templateFaults(fields, spec, source) {
  return templatesOf(fields).flatMap(({ path, text: text2 }) => {
    const reason = checkTemplate(text2, spec);
    return reason === void 0 ? [] : [{ line: source.lineOf(path), reason }];
  });
}
function nameFaults({ clears, tests }, spec, source) {
  const metrics = Object.keys(spec.metrics);
  const facts = Object.keys(spec.facts);
  const faults = [];
  if (clears !== void 0 && !metrics.includes(clears.metric)) {
    faults.push({
      line: source.lineOf(["clears", "metric"]),
      reason: `there is no metric "${clears.metric}"${suggest(clears.metric, metrics)}`
    });
  }
  const check2 = (kind, used, path) => {
    const known = kind === "metric" ? metrics : facts;
    for (const name of used.filter((used2) => !known.includes(used2))) {
      faults.push({
        line: source.lineOfKey(path, name),
        reason: `a test sets ${kind} "${name}", which the detector does not have${suggest(name, known)}`
      });
    }
  };
  for (const [index, test] of tests.entries()) {
    check2("metric", Object.keys(test.metrics), ["tests", index, "metrics"]);
    check2("fact", Object.keys(test.facts), ["tests", index, "facts"]);
  }
  return faults;
}

// src/rules/evaluate.ts
function askRule(rule, observation) {
  const answers = rule.conditions.map(({ holds }) => holds(observation));
  if (answers.some((answer) => "value" in answer && !answer.value)) return { status: "quiet" };
  const missing = answers.flatMap((answer) => "missing" in answer ? answer.missing : []);
  if (missing.length > 0) return { status: "unknown", missing: [...new Set(missing)] };
  const score2 = scoreOf(rule, observation);
  if (typeof score2 !== "number") return { status: "unknown", missing: score2 };
  if (score2 >= EFFECT_SCORE) return { status: "fires", score: score2 };
  const { share } = observation;
  const atEstimate = scoreOf(rule, { ...observation, share: { ...share, low: share.estimate } });
  return { status: "small", score: score2, possible: typeof atEstimate === "number" && atEstimate >= EFFECT_SCORE };
}
function conditionsOf(rule, observation) {
  return rule.conditions.map(({ holds }) => {
    const answer = holds(observation);
    return "value" in answer ? answer.value : void 0;
  });
}
function scoreOf({ score: score2, scoreExpression }, observation) {
  let value = scoreOfShare(observation.share);
  if (scoreExpression !== void 0) {
    const answer = scoreExpression(observation);
    if ("missing" in answer) return answer.missing;
    value = answer.value;
  }
  if (!Number.isFinite(value)) return [scoreExpression === void 0 ? "share" : "score"];
  const ceiling = typeof score2 === "object" ? score2.ceiling : 100;
  return Math.min(ceiling, Math.max(0, value));
}

export {
  viewSeries,
  measureTargetTime,
  membership,
  specOf,
  runDetector,
  buildCallTree,
  leafOf,
  functionAt,
  detectors,
  suggest,
  fillTemplate,
  plain,
  cut,
  loadCatalogue,
  askRule,
  conditionsOf
};
