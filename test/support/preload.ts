/** Variables that make a Node process run a piece of JavaScript before its program. */
export function preload(source: string): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(source)}` };
}
