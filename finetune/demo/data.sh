#!/bin/sh
# Writes gold files, training lines, evaluation lines and the vocabulary of the demo model.
# Usage: finetune/demo/data.sh DIR [DOCUMENTS] [SEED]
set -eu
here=$(dirname "$0")
out=$1
documents=${2:-220000}
seed=${3:-1}
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
mix --out "$out/train.jsonl"
"$python" "$here/tokenizer.py" --data "$out/vocabulary.jsonl" --out "$out/tokenizer.model"
