/** Variables that make a Node process run a piece of JavaScript before its program. */
export function preload(source: string): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(source)}` };
}

/** Variables with which the clock of a Node process is so many hours ahead, or behind. */
export function shiftClock(hours: number): NodeJS.ProcessEnv {
  return preload(`const now=Date.now;Date.now=()=>now()+${hours * 3600 * 1000};
    globalThis.Date=class extends Date{constructor(...of){of.length===0?super(Date.now()):super(...of)}}`);
}
