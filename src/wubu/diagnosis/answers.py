"""What the outputs say: whether they depend on the inputs, and on which classes."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from wubu.diagnosis.evidence import Evidence
from wubu.diagnosis.finding import Finding
from wubu.diagnosis.labels import labels_of

_FEWEST_ROWS = 32


def classes(evidence: Evidence) -> Iterator[Finding]:
    """A model that answers with the most frequent class, and rare classes that it misses."""
    predicted, true = _predicted(evidence)
    labels = evidence.labels
    if predicted is None or true is None or labels is None or labels.counts is None or evidence.weighted:
        return
    counts = labels.counts
    present = torch.nonzero(counts)[:, 0]
    if len(present) < 2:
        yield Finding(
            "class imbalance",
            f"every label is {int(present[0])}",
            "there is nothing to tell apart",
            "look at how the labels were read, and shuffle before the split",
        )
        return
    common = int(counts.argmax())
    share = float(counts[common] / counts.sum())
    answered = float((predicted == common).float().mean())
    rarest = int(present[counts[present].argmin()])
    ratio = float(counts[common] / counts[rarest])
    if ratio < 4:
        return
    of_rare = predicted[true == rarest]
    found = float((of_rare == rarest).float().mean()) if len(of_rare) else 1.0
    change = "class_weight= in fit, more rows of the rare classes, and a look at recall or AUC instead of accuracy"
    if share > 1.5 / len(present) and answered > 0.98 and float((true == common).float().mean()) < 0.95:
        yield Finding(
            "majority class only",
            f"{answered:.0%} of the answers are class {common}, which {share:.0%} of the labels are",
            "its accuracy is just that share: it tells nothing apart",
            change,
        )
    elif len(of_rare) >= 4 and found < 0.3 and ratio >= 8:
        yield Finding(
            "class imbalance",
            f"class {common} has {ratio:.0f} times the rows of class {rarest}, of which {found:.0%} are found",
            "rare classes hardly count in the loss, so they are given up",
            change,
        )


def constant(evidence: Evidence) -> Iterator[Finding]:
    """Outputs that are the same for every row, or the same in two columns."""
    outputs, labels = evidence.probe.outputs if evidence.probe else None, evidence.labels
    if not isinstance(outputs, torch.Tensor) or labels is None or len(outputs) < _FEWEST_ROWS:
        return
    if not bool(torch.isfinite(outputs).all()):
        return
    flat = outputs.reshape(len(outputs), -1).float()
    deviations = flat.std(0, unbiased=False)
    wanted = float(labels.values.std(0, unbiased=False).max()) if labels.classes is None else 0.5
    if wanted > 0 and float(deviations.max()) < 0.004 * wanted:
        first = ", ".join(f"{v:.3g}" for v in flat[0, :4].tolist()) + (", …" if flat.shape[1] > 4 else "")
        yield Finding(
            "constant outputs",
            f"every row gets the same answer, {first}",
            "what comes in makes no difference to what goes out",
            "a smaller learning rate, scaled inputs, another initialisation; see whether labels and rows are in step",
        )
        return
    if 1 < flat.shape[1] <= 200 and labels.classes is not None:
        pairs = torch.cdist(flat.T, flat.T, p=float("inf"))
        pairs.fill_diagonal_(float("inf"))
        close = float(pairs.min())
        if close < 1e-5 * float(flat.abs().max()):
            i, j = divmod(int(pairs.argmin()), flat.shape[1])
            if float(deviations[i]) > 0.01:
                yield Finding(
                    "constant outputs",
                    f"outputs {i} and {j} are the same for every row",
                    "these two classes cannot be told apart",
                    "a random kernel_initializer in the last layer",
                )


def _predicted(evidence: Evidence) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    """The answered and the true classes of the sample."""
    if evidence.probe is None or evidence.sample is None:
        return None, None
    outputs, y = evidence.probe.outputs, evidence.sample[1]
    labels = labels_of(evidence.model, y)
    if not isinstance(outputs, torch.Tensor) or labels is None or labels.classes is None:
        return None, None
    if outputs.dim() < 2 or len(labels.classes) != outputs.numel() // outputs.shape[-1]:
        return None, None
    flat = outputs.reshape(-1, outputs.shape[-1])
    if flat.shape[1] == 1:
        middle = 0.5 if evidence.probe.units and evidence.probe.units[-1].activation == "sigmoid" else 0.0
        return (flat[:, 0] > middle).long(), labels.classes
    return flat.argmax(1), labels.classes
