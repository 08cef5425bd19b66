import type { Host } from '../host.ts'

/** Names of block devices, read while the machine that has them is at hand: a recording is read elsewhere. */
export class DeviceNames {
  readonly #host: Host
  readonly #known = new Map<string, string>()

  constructor(host: Host) {
    this.#host = host
  }

  /** "254:0" → "vda", the name in /proc/diskstats; the number itself for a device that has none, or is gone. */
  nameOf(number: string): string {
    const known = this.#known.get(number)
    if (known !== undefined) return known
    // a link: ../../devices/pci0000:00/…/block/vda
    const name = this.#host.readLink(`/sys/dev/block/${number}`)?.split('/').at(-1) ?? ''
    if (name === '') return number
    this.#known.set(number, name)
    return name
  }
}
