/** Colours for light and dark surroundings; every pair of text and ground has a contrast of at least 4.5. */
export const STYLE = `
:root { color-scheme: light dark; --ground: light-dark(#ffffff, #14171a); --text: light-dark(#1b1f23, #e6e8ea);
  --quiet: light-dark(#57606a, #a0a8b0); --line: light-dark(#d0d7de, #3a4148); --raised: light-dark(#f6f8fa, #1d2226);
  --link: light-dark(#0550ae, #7ab7ff); --bad: light-dark(#b3261e, #ff8f86); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 80rem; padding: 0 1.25rem 3rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; padding: 0.75rem 0;
  border-bottom: 1px solid var(--line); }
nav a { margin-right: 1rem; }
h1 { font-size: 1.35rem; margin: 1rem 0 0.25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 1.75rem 0 0.5rem; }
p { margin: 0.25rem 0; }
a { color: var(--link); }
code { font: 0.9em ui-monospace, monospace; }
.quiet { color: var(--quiet); }
.bad { color: var(--bad); font-weight: 600; }
.large progress { width: min(30rem, 70vw); height: 1rem; }
progress { width: 8rem; accent-color: var(--link); vertical-align: middle; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 1rem 0.35rem 0; border-top: 1px solid var(--line);
  overflow-wrap: break-word; max-width: 30rem; }
.whole { white-space: nowrap; }
thead th { color: var(--quiet); font-weight: 500; border-top: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
figure { margin: 0; }
.chart { display: block; width: 100%; max-width: 60rem; height: auto; background: var(--raised);
  border: 1px solid var(--line); border-radius: 6px; fill: var(--link); }
`;

/** Puts changed sections in place as they come, and keeps the focus where it was. */
export const SCRIPT = `
const said = document.getElementById('connection');
const source = new EventSource(document.body.dataset.events);
source.addEventListener('open', () => { said.textContent = ''; });
source.addEventListener('error', () => { said.textContent = 'The dashboard does not answer; what is shown is old.'; });
source.addEventListener('sections', (event) => {
  const focused = document.activeElement?.id;
  for (const [id, html] of Object.entries(JSON.parse(event.data))) {
    const place = document.getElementById(id);
    if (place !== null) place.innerHTML = html;
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
});
`;

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0550ae"/><path d="M4 12V8m4 4V4m4 8V6" stroke="#fff" stroke-width="2"/></svg>`;
