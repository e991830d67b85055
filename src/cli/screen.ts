export type Size = { readonly columns: number; readonly rows: number };

type Terminal = Pick<NodeJS.WriteStream, 'write' | 'columns' | 'rows'>;

const ENTER = '\u001B[?1049h\u001B[?25l\u001B[?7l';
const LEAVE = '\u001B[?7h\u001B[?25h\u001B[?1049l';
const HOME = '\u001B[H';
const CLEAR_TO_LINE_END = '\u001B[K';
const CLEAR_BELOW = '\u001B[J';

type Screen = {
  readonly size: () => Size;
  /** Shows these lines from the top; what does not fit is left out. */
  readonly show: (lines: readonly string[]) => void;
} & Disposable;

/**
 * The whole screen of a terminal until disposed: a second one, without cursor and without line breaks of its own, so
 * that what stood there before comes back, also when the process ends at once.
 */
export function openScreen(terminal: Terminal): Screen {
  let open = true;
  const leave = (): void => {
    if (open) terminal.write(LEAVE);
    open = false;
  };
  terminal.write(ENTER);
  process.on('exit', leave);
  // A terminal that nobody told its size says 0.
  const size = () => ({ columns: terminal.columns || 80, rows: terminal.rows || 24 });
  return {
    size,
    show: (lines) => {
      const { rows } = size();
      const shown = lines.slice(0, rows).map((line) => `${line}${CLEAR_TO_LINE_END}`);
      terminal.write(`${HOME}${shown.join('\r\n')}${shown.length < rows ? `\r\n${CLEAR_BELOW}` : ''}`);
    },
    [Symbol.dispose]: () => {
      process.off('exit', leave);
      leave();
    },
  };
}
