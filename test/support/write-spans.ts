// Loaded before the program by `--import`, as an operator loads OpenTelemetry: each span that ends is one line of a file.
import { appendFileSync } from 'node:fs';
import { NodeTracerProvider, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-node';

const path = process.env['DOCMILL_TEST_SPANS'] ?? '';
const exporter: SpanExporter = {
  export: (spans, done) => {
    for (const span of spans) {
      const { traceId } = span.spanContext();
      const { name, attributes } = span;
      appendFileSync(path, `${JSON.stringify({ pid: process.pid, name, traceId, attributes })}\n`);
    }
    // An `ExportResultCode`, which is `SUCCESS` where it is 0; its package is not ours to import.
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
    done({ code: 0 });
  },
  shutdown: async () => undefined,
};
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
