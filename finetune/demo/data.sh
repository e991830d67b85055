#!/bin/sh
# Writes gold files, training lines, evaluation lines and the vocabulary of the demo model.
# Usage: finetune/demo/data.sh DIR [DOCUMENTS] [SEED] [LAST_TICKETS] [LAST_INVOICES] [FIRST_LINES]
# `train.jsonl` is the curriculum, cut after FIRST_LINES lines (0: whole), and then `train-last.jsonl`.
set -eu
here=$(dirname "$0")
out=$1
documents=${2:-220000}
seed=${3:-1}
last_tickets=${4:-60000}
last_invoices=${5:-45000}
first_lines=${6:-0}
python=${PYTHON:-python3}
"$python" "$here/generate.py" --out "$out" --documents "$documents" --seed "$seed"
for task in ticket invoice; do
  "$python" "$here/render.py" "$task" < "$out/gold-$task.jsonl" > "$out/train-$task.jsonl"
  for part in seen heldout; do
    "$python" "$here/render.py" "$task" < "$out/$part-$task.jsonl" > "$out/eval-$part-$task.jsonl"
  done
done
"$python" "$here/render.py" ticket < "$out/gold-later-ticket.jsonl" > "$out/train-later-ticket.jsonl"
mix() {
  "$python" "$here/mix.py" --copying "$out/copying.jsonl" --tasks "$out/train-ticket.jsonl" "$out/train-invoice.jsonl" \
    --later "$out/train-later-ticket.jsonl" --seed "$seed" "$@"
}
mix --first-part-only --out "$out/vocabulary.jsonl"
mix --out "$out/train-first.jsonl"
"$python" "$here/last_stage.py" --out "$out" --tickets "$last_tickets" --invoices "$last_invoices" --seed "$((seed + 1))" \
  --evaluated "$out"/seen-*.jsonl "$out"/heldout-*.jsonl
if [ "$first_lines" -gt 0 ]; then
  head -n "$first_lines" "$out/train-first.jsonl" > "$out/train.jsonl"
else
  cat "$out/train-first.jsonl" > "$out/train.jsonl"
fi
cat "$out/train-last.jsonl" >> "$out/train.jsonl"
"$python" "$here/tokenizer.py" --data "$out/vocabulary.jsonl" --out "$out/tokenizer.model"
