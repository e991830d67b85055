#!/bin/sh
# Makes models/demo.gguf from nothing but this folder: data, vocabulary, training, export, scores.
# Usage: finetune/demo/reproduce.sh [WORK_DIR]      needs `npm ci` and a Python with requirements.txt
# Environment: PYTHON (default python3), TOKENS (budget of the published file), MINUTES (stop earlier).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$(dirname "$here")")
work=${1:-"$root/out/finetune-demo"}
export PYTHON=${PYTHON:-python3}
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}

"$here/data.sh" "$work/data" 110000 1
"$PYTHON" "$root/finetune/train.py" --config tiny --tokenizer "$work/data/tokenizer.model" --data "$work/data/train.jsonl" \
  --evaluate "$work"/data/eval-*.jsonl --out "$work/run" --keep-order --max-tokens 704 --tokens "${TOKENS:-34000000}" --minutes "${MINUTES:-inf}" --decay 0.4 --compile --seed 1 --threads 1
"$PYTHON" "$root/finetune/export.py" --model "$work/run/model" --lines "$work"/data/eval-*.jsonl --out "$root/models/demo.gguf"
"$PYTHON" "$root/finetune/evaluate.py" --gguf "$root/models/demo.gguf" --lines "$work"/data/eval-*.jsonl
