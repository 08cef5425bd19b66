import { execFileSync } from 'node:child_process'

/** Kernel tests run the command as users do: built. */
export function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' })
}
