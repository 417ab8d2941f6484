"""What the learning curves say."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from typing import Any

from wubu.diagnosis.evidence import Evidence
from wubu.diagnosis.finding import Finding

_ADAPTIVE = ("adam", "rmsprop", "nadam", "adamax", "adagrad", "adadelta", "adamw", "lion", "ftrl")


def diverged(evidence: Evidence) -> Iterator[Finding]:
    """A loss that is not a number, or that has grown out of all measure."""
    losses = evidence.losses
    bad = next((i for i, loss in enumerate(losses) if not math.isfinite(loss)), None)
    if bad is None:
        return
    yield Finding(
        "diverged",
        f"the loss is {losses[bad]}",
        "weights that are not numbers can't be trained any further",
        f"a learning rate ten times smaller{_rate(evidence)}, clipnorm=1.0, and TerminateOnNaN(), which names the batch",
        epoch=evidence.first_epoch + bad,
    )


def learning_rate_too_high(evidence: Evidence) -> Iterator[Finding]:
    """The loss jumps up and down, rises, or was thrown far off at the start and has stayed there."""
    losses = evidence.losses
    if not losses or not all(map(math.isfinite, losses)):
        return
    why = "each step overshoots the minimum that it aims at"
    change = f"a learning rate three to ten times smaller{_rate(evidence)}"
    baseline = evidence.labels.baseline if evidence.labels is not None else None
    if baseline and losses[0] > 4 * baseline and losses[-1] > 0.9 * baseline and _rate_is_large(evidence):
        seen = f"the loss was {losses[0]:.3g} in the first epoch, where a constant answer has {baseline:.3g}"
        yield Finding("learning rate too high", seen, why, change, epoch=evidence.first_epoch)
        return
    if len(losses) < 4:
        return
    fall = max(losses[0] - min(losses), 1e-12)
    rises = [b - a for a, b in zip(losses, losses[1:]) if b > a]
    stays_high = baseline is None or losses[-1] > 0.1 * baseline
    jumpy = len(rises) >= 0.3 * (len(losses) - 1) and sum(rises) > 0.5 * fall and max(rises) > 0.15 * losses[0]
    if jumpy and stays_high:
        first = next(i for i, (a, b) in enumerate(zip(losses, losses[1:])) if b > a) + 1
        seen = f"the loss rose in {len(rises)} of {len(losses) - 1} epochs, by up to {max(rises):.3g}"
        yield Finding("learning rate too high", seen, why, change, epoch=evidence.first_epoch + first)
    elif baseline and losses[-1] > 0.97 * baseline and _rate_is_large(evidence) and _is_flat(losses[1:], baseline):
        seen = f"the loss stays at {losses[-1]:.3g}, where a constant answer has {baseline:.3g}{_rate(evidence, ': ')}"
        yield Finding("learning rate too high", seen, why, change, epoch=evidence.first_epoch)


def learning_rate_too_low(evidence: Evidence) -> Iterator[Finding]:
    """The loss falls at every epoch, as fast at the end as at the beginning, and is still high."""
    losses, share = evidence.losses, evidence.share_of_baseline
    if len(losses) < 4 or share is None or share < 0.8 or not all(map(math.isfinite, losses)):
        return
    steps = [a - b for a, b in zip(losses, losses[1:])]
    third = max(1, len(steps) // 3)
    early, late = statistics.fmean(steps[:third]), statistics.fmean(steps[-third:])
    total = losses[0] - losses[-1]
    falls = sum(step > 0 for step in steps) >= 0.8 * len(steps)
    if falls and late > 0.4 * early > 0 and 1e-5 * losses[0] < total < 0.1 * losses[0]:
        yield Finding(
            "learning rate too low",
            f"the loss fell by {total / losses[0]:.2%} in {len(losses)} epochs, evenly, and is {losses[-1]:.3g}",
            "at this pace it would take many times as many epochs",
            f"a learning rate ten times larger{_rate(evidence)}; LRFinder shows where it becomes too large",
        )


def underfitting(evidence: Evidence) -> Iterator[Finding]:
    """The loss has come to rest near that of a constant answer."""
    losses, share = evidence.losses, evidence.share_of_baseline
    if len(losses) < 4 or share is None or not math.isfinite(share) or share < 0.92:  # noise alone can leave 0.9
        return
    assert evidence.labels is not None and evidence.labels.baseline is not None
    if _is_flat(losses[len(losses) // 2 :], evidence.labels.baseline):
        yield Finding(
            "underfitting",
            f"the training loss is {losses[-1]:.3g}, and the best constant answer has {evidence.labels.baseline:.3g}",
            "the model has found next to nothing in the inputs",
            "more units or layers, other features, less regularization; first see whether it can learn 20 rows by heart",
        )


def overfitting(evidence: Evidence) -> Iterator[Finding]:
    """The validation loss rises while the training loss falls on."""
    losses, held_out = evidence.losses, evidence.history.get("val_loss", [])
    if len(losses) < 5 or len(held_out) != len(losses) or evidence.best_restored:
        return
    if not all(map(math.isfinite, (*losses, *held_out))):
        return
    best = min(range(len(held_out)), key=held_out.__getitem__)
    last = statistics.median(held_out[-3:])
    gap = last - statistics.median(losses[-3:])
    scale = evidence.labels.baseline if evidence.labels is not None and evidence.labels.baseline else losses[0]
    since = len(losses) - 1 - best
    rose = since >= 3 and last > 1.2 * held_out[best] and losses[-1] < 0.9 * losses[best] and gap > 0.15 * scale
    if rose:
        yield Finding(
            "overfitting",
            f"val_loss rose from {held_out[best]:.3g} to {last:.3g} while loss fell from {losses[best]:.3g} to "
            f"{losses[-1]:.3g}",
            "the model learns the training rows by heart, and gets worse on others",
            "EarlyStopping(patience=3, restore_best_weights=True), Dropout, weight decay, more or augmented data",
            epoch=evidence.first_epoch + best + 1,
        )
    elif gap > 0.6 * scale and last > 3 * max(losses[-1], 1e-12):
        apart = next(i for i in range(len(losses)) if held_out[i] - losses[i] > 0.3 * scale)
        yield Finding(
            "overfitting",
            f"val_loss is {last:.3g} where loss is {losses[-1]:.3g}",
            "the model learns the training rows by heart, and does not know others",
            "Dropout, weight decay, a smaller model, more or augmented data",
            epoch=evidence.first_epoch + apart,
        )


def wasted_epochs(evidence: Evidence) -> Iterator[Finding]:
    """For more than half of the training neither loss has moved, or that of validation has not got better."""
    curves = [evidence.losses, evidence.history.get("val_loss", [])]
    curves = [curve for curve in curves if len(curve) == len(evidence.losses)]
    count = len(evidence.losses)
    if count < 12 or not curves or not all(math.isfinite(v) for curve in curves for v in curve):
        return
    if (evidence.share_of_baseline or 0) > 0.8:
        return  # nothing was learnt, which is another matter
    since = max(_flat_since(curve) for curve in curves)
    name = "val_loss" if len(curves) > 1 else "loss"
    seen = f"{name} has been {curves[-1][-1]:.3g} for {count - since} of {count} epochs"
    if count - since < max(10, 0.5 * count):
        if len(curves) < 2 or evidence.best_restored:
            return
        best = min(curves[1])
        since = next(i for i, value in enumerate(curves[1]) if value <= 1.02 * best)
        if best <= 0 or count - since < max(20, 0.6 * count):
            return
        reached = f"val_loss was {curves[1][since]:.3g} in epoch {evidence.first_epoch + since}"
        seen = f"{reached}, and in {count - since - 1} more not below {best:.3g}"
    yield Finding(
        "wasted epochs",
        seen,
        "they take time and change nothing",
        f"epochs={evidence.first_epoch + since}, EarlyStopping(patience=3), or ReduceLROnPlateau()",
        epoch=evidence.first_epoch + since,
    )


def batch_size(evidence: Evidence) -> Iterator[Finding]:
    """So few steps that nothing is learnt in them, or so many that they take all the time."""
    rows, size, losses = evidence.num_samples, evidence.batch_size, evidence.losses
    if not rows or not size or not losses:
        return
    steps = math.ceil(rows / size)
    share = evidence.share_of_baseline
    if steps <= 2 and rows >= 512 and len(losses) >= 4 and share is not None and 0.3 < share < 1.5:
        if all(b < a for a, b in zip(losses, losses[1:])) and losses[-1] < 0.98 * losses[0]:
            yield Finding(
                "batch size too large",
                f"{steps} steps an epoch, {steps * len(losses)} in all, and the loss is still falling",
                "weights change once a step, so there were few changes for the work done",
                f"batch_size={max(16, 2 ** int(math.log2(rows / 32)))} or so, or more epochs",
            )
    if size <= 4 and rows >= 2000:
        yield Finding(
            "batch size too small",
            f"{steps:,} steps an epoch of {size} rows each",
            "a step of 32 rows takes hardly longer than one of 4",
            "batch_size=32 or 64",
        )


def _flat_since(curve: list[float]) -> int:
    """The first epoch (from 0) after which a curve moved by less than 1 % of all that it fell, or of its value."""
    fall = max(curve) - min(curve)
    rest = curve[-1]
    room = max(0.01 * fall, 0.002 * abs(rest))
    last = max((i for i, value in enumerate(curve) if abs(value - rest) > room), default=-1)
    return last + 1


def _is_flat(losses: list[float], scale: float) -> bool:
    return not losses or max(losses) - min(losses) < 0.05 * scale


def _rate_of(evidence: Evidence) -> float | None:
    try:
        return float(evidence.model.optimizer.learning_rate)
    except Exception:  # a schedule of the user's, or no optimizer
        return None


def _rate_is_large(evidence: Evidence) -> bool:
    rate, kind = _rate_of(evidence), type(evidence.model.optimizer).__name__.lower()
    return rate is not None and rate >= (0.03 if kind in _ADAPTIVE else 0.5)


def _rate(evidence: Evidence, before: str = " than ") -> str:
    rate: Any = _rate_of(evidence)
    return "" if rate is None else f"{before}{rate:.3g}"
