"""Gold lines to training lines: the prompt as segments, mirroring `src/task/prompt.ts`.

TypeScript owns the prompt; a test compares this file with `docmill export`. Nothing else in
Python builds prompts: `train.py` reads only what this (or `docmill export`) writes.
"""

import json
import sys

INSTRUCTIONS = {
    "ticket": "Classify the support ticket.",
    "invoice": "Extract the invoice fields.",
}


def to_prompt(instructions: str, text: str) -> list[dict]:
    return [
        {"control": "<bos>"},
        {"control": "<start_of_turn>"},
        # Two segments, tokenised separately: the engine caches everything before the document.
        {"text": f"user\n{instructions}\n\n"},
        {"text": text},
        {"control": "<end_of_turn>"},
        {"text": "\n"},
        {"control": "<start_of_turn>"},
        {"text": "model\n"},
    ]


def to_answer(gold: dict) -> str:
    """Compact JSON as JavaScript's JSON.stringify writes it."""
    return json.dumps(gold, ensure_ascii=False, separators=(",", ":"))


def to_training_line(document_id: str, instructions: str, text: str, gold: dict) -> str:
    line = {"id": document_id, "prompt": to_prompt(instructions, text), "answer": to_answer(gold)}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    """`render.py TASK < gold.jsonl > training.jsonl`: stands in for `docmill export`."""
    instructions = INSTRUCTIONS[sys.argv[1]]
    for line in sys.stdin:
        document = json.loads(line)
        print(to_training_line(document["id"], instructions, document["text"], document["gold"]))


if __name__ == "__main__":
    main()
