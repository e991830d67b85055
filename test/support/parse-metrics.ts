/** A sample of a Prometheus text. */
export type ParsedSample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

/** What a Prometheus text says, read strictly by its grammar: the type of each family, and every sample. */
export function parseMetrics(text: string) {
  const types = new Map<string, string>();
  const samples: ParsedSample[] = [];
  for (const line of text.split('\n')) {
    const [, family, type] = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line) ?? [];
    if (family !== undefined && type !== undefined) types.set(family, type);
    else if (line !== '' && !/^# HELP \S+ \S/.test(line)) samples.push(parseSample(line));
  }
  return {
    types,
    samples,
    /** The one sample of this name that has all these labels. */
    value: (name: string, labels: Readonly<Record<string, string>> = {}): number => {
      const found = samples.filter(
        (sample) =>
          sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      );
      if (found.length !== 1)
        throw new Error(`There are ${found.length} samples of ${name} ${JSON.stringify(labels)}.`);
      return found[0]?.value ?? Number.NaN;
    },
  };
}

function parseSample(line: string): ParsedSample {
  const [, name = '', braces = '', value = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const labels = [...braces.matchAll(/(\w+)="((?:[^"\\]|\\.)*)",? ?/gy)];
  if (name === '' || labels.map(([all]) => all).join('') !== braces) throw new Error(`Not a sample: ${line}`);
  return {
    name,
    labels: Object.fromEntries(labels.map(([, label = '', text = '']) => [label, unescape(text)])),
    value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value),
  };
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}
