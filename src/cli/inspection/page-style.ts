/** Colours for light and dark surroundings; every pair of text and ground has a contrast of at least 4.5. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: light-dark(#ffffff, #14171a); --text: light-dark(#1b1f23, #e6e8ea);
  --quiet: light-dark(#57606a, #a0a8b0); --line: light-dark(#d0d7de, #3a4148); --raised: light-dark(#f6f8fa, #1d2226);
  --link: light-dark(#0550ae, #7ab7ff); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 1rem 1.25rem 3rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.35rem; margin: 0.5rem 0 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 1.75rem 0 0.5rem; }
p { margin: 0.25rem 0; }
.quiet { color: var(--quiet); }
.bad { color: light-dark(#b3261e, #ff8f86); font-weight: 600; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
pre { margin: 0; padding: 0.75rem 1rem; border: 1px solid var(--line); border-radius: 6px; background: var(--raised);
  font: 0.9rem/1.7 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
mark { color: inherit; border-radius: 3px; padding: 0.1em 0; border-bottom: 2px solid var(--line); }
mark a { font-size: 0.7em; vertical-align: super; line-height: 0; margin-left: 0.15em; }
mark a, mark a:visited { color: inherit; }
.k0 { background: light-dark(#cfe8ff, #123a5c); } .k1 { background: light-dark(#ffe2b8, #5a3a08); }
.k2 { background: light-dark(#e4d7ff, #41296b); } .k3 { background: light-dark(#cdf1d5, #164b2a); }
.k4 { background: light-dark(#ffd6e4, #5e1f3a); } .k5 { background: light-dark(#e3e6ea, #3f464d); }
:target { outline: 2px solid var(--link); outline-offset: 1px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; width: 100%; }
caption { text-align: left; color: var(--quiet); padding-bottom: 0.25rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.75rem 0.3rem 0; border-top: 1px solid var(--line); }
thead th, thead td { border-top: 0; }
thead th { color: var(--quiet); font-weight: 500; }
td mark a { font-size: 0.85em; vertical-align: baseline; margin: 0 0.3em; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
meter { width: 5rem; vertical-align: middle; }
ol.others { margin: 0; padding: 0; list-style: none; white-space: nowrap; }
details { margin-top: 1.75rem; }
summary { cursor: pointer; margin-bottom: 0.5rem; }
@media (min-width: 70rem) { .beside { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 2rem; } }
`;
