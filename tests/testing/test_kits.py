"""The kits over every public class, and what they say about classes that are wrong."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
import torch

import wubu
from wubu import callbacks, layers, losses, metrics, optimizers
from wubu.testing import check_callback, check_layer, check_loss, check_metric, check_optimizer

SEQUENCE, PICTURE, VOLUME = torch.randn(2, 8, 4), torch.randn(2, 8, 8, 4), torch.randn(2, 6, 6, 6, 2)
FLAT = torch.randn(2, 4)


def by_rank(name):
    return {"1": SEQUENCE, "2": PICTURE, "3": VOLUME}.get(name.replace("Transpose", "").removesuffix("D")[-1], FLAT)


LAYERS = {
    "Activation": {"activation": "relu"},
    "Dense": {"units": 3},
    "Dropout": {"rate": 0.3},
    "AlphaDropout": {"rate": 0.3},
    "GaussianDropout": {"rate": 0.3},
    "GaussianNoise": {"stddev": 0.3},
    "Rescaling": {"scale": 2.0},
    "RepeatVector": {"n": 3},
    "Reshape": {"target_shape": (2, 2)},
    **{name: {} for name in "BatchNormalization LayerNormalization RMSNormalization UnitNormalization".split()},
    **{name: {} for name in "ELU LeakyReLU PReLU ReLU Softmax Flatten Identity Masking ActivityRegularization".split()},
    **{f"Conv{r}D{t}": {"filters": 3, "kernel_size": 2} for r in (1, 2, 3) for t in ("", "Transpose")},
    **{f"DepthwiseConv{r}D": {"kernel_size": 2} for r in (1, 2)},
    **{f"SeparableConv{r}D": {"filters": 3, "kernel_size": 2} for r in (1, 2)},
    **{f"{k}Pooling{r}D": {} for k in ("Max", "Average", "GlobalMax", "GlobalAverage") for r in (1, 2, 3)},
    **{f"Adaptive{k}Pooling{r}D": {"output_size": 2} for k in ("Max", "Average") for r in (1, 2, 3)},
    **{f"{k}{r}D": {} for k in ("Cropping", "UpSampling", "ZeroPadding", "SpatialDropout") for r in (1, 2, 3)},
    **{f"{k}": {"units": 3} for k in ("SimpleRNN", "GRU", "LSTM")},
    "Permute": {"dims": (2, 1)},
}
LAYERS.update({f"AveragePooling{r}D": {"pool_size": 2} for r in (1, 2, 3)})
LAYERS["SpatialDropout1D"] = LAYERS["SpatialDropout2D"] = LAYERS["SpatialDropout3D"] = {"rate": 0.2}
THREE = ("SimpleRNN", "GRU", "LSTM", "Permute")


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_layers(name):
    check_layer(getattr(layers, name), LAYERS[name], SEQUENCE if name in THREE else by_rank(name))


BRIGHT = PICTURE[..., :3].abs() * 50
PICTURES = {
    **{n: {} for n in "AutoContrast Equalization RandomFlip RandomPerspective RandomElasticTransform RandomInvert".split()},
    **{n: {} for n in "RandomGrayscale RandomErasing RandomGaussianBlur MixUp CutMix Solarization RandAugment".split()},
    **{n: {} for n in "AugMix RandomColorJitter ContrastLimitedAdaptiveHistogramEqualization".split()},
    **{n: {"factor": 0.2} for n in "RandomRotation RandomBrightness RandomContrast RandomHue RandomSaturation".split()},
    **{n: {"factor": 0.2} for n in "RandomSharpness RandomColorDegeneration".split()},
    **{n: {"height": 4, "width": 5} for n in "CenterCrop RandomCrop Resizing".split()},
    "RandomPosterization": {"factor": 4},
    "RandomShear": {"x_factor": 0.2},
    "RandomTranslation": {"height_factor": 0.2, "width_factor": 0.1},
    "RandomZoom": {"height_factor": 0.2},
}
IDS = torch.arange(12).reshape(2, 6) % 5
OTHERS = {
    "AdditiveAttention": ({}, [SEQUENCE, SEQUENCE]),
    "Attention": ({}, [SEQUENCE, SEQUENCE]),
    "CategoryEncoding": ({"num_tokens": 5}, IDS),
    **{f"ConvLSTM{r}D": ({"filters": 2, "kernel_size": 2}, torch.randn(2, 3, *[4] * r, 2)) for r in (1, 2, 3)},
    "Discretization": ({"bin_boundaries": [0.0, 1.0]}, FLAT),
    "Dot": ({"axes": 1}, [FLAT, FLAT]),
    "EinsumDense": ({"equation": "ab,bc->ac", "output_shape": 3}, FLAT),
    "Embedding": ({"input_dim": 5, "output_dim": 3}, IDS),
    "GroupNormalization": ({"groups": 2}, SEQUENCE),
    "MelSpectrogram": ({"fft_length": 64, "sequence_stride": 16, "num_mel_bins": 8}, torch.randn(2, 300)),
    "Normalization": ({}, FLAT),
    "ReversibleEmbedding": ({"input_dim": 5, "output_dim": 3}, IDS),
    "STFTSpectrogram": ({"frame_length": 20}, torch.randn(2, 100, 2)),
}


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_picture_layers(name):
    check_layer(getattr(layers, name), PICTURES[name], BRIGHT)


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_other_layers(name):
    check_layer(getattr(layers, name), *OTHERS[name])


STATE = torch.randn(2, 3)
TEXTS = np.array([["a b"], ["b c"]])
# Layers among the arguments are made anew each time, since a built one keeps its weights and its policy.
WITH_LAYERS = {
    "Bidirectional": (lambda: {"layer": layers.LSTM(3, return_sequences=True)}, SEQUENCE),
    "Bidirectional of GRU": (lambda: {"layer": layers.GRU(3), "merge_mode": "sum"}, SEQUENCE),
    "Bidirectional of RNN": (lambda: {"layer": layers.RNN(layers.SimpleRNNCell(3))}, SEQUENCE),
    "TimeDistributed": (lambda: {"layer": layers.Dense(3)}, SEQUENCE),
    "TimeDistributed of Conv1D": (lambda: {"layer": layers.Conv1D(3, 2)}, PICTURE),
    "SpectralNormalization": (lambda: {"layer": layers.Dense(3)}, FLAT),
    "SpectralNormalization of Conv2D": (lambda: {"layer": layers.Conv2D(3, 2)}, PICTURE),
    "RNN of SimpleRNNCell": (lambda: {"cell": layers.SimpleRNNCell(3)}, SEQUENCE),
    "RNN of GRUCell": (lambda: {"cell": layers.GRUCell(3), "return_sequences": True}, SEQUENCE),
    "RNN of LSTMCell": (lambda: {"cell": layers.LSTMCell(3), "return_state": True}, SEQUENCE),
    "RNN of StackedRNNCells": (lambda: {"cell": layers.StackedRNNCells([layers.LSTMCell(3), layers.GRUCell(2)])}, SEQUENCE),
    "Pipeline": (lambda: {"layers": [layers.RandomFlip(), layers.Rescaling(0.1)]}, PICTURE),
}
WITH_MORE_INPUTS = {
    "SimpleRNNCell": ({"units": 3}, FLAT, {"states": [STATE]}),
    "GRUCell": ({"units": 3}, FLAT, {"states": [STATE]}),
    "LSTMCell": ({"units": 3}, FLAT, {"states": [STATE, STATE]}),
    "MultiHeadAttention": ({"num_heads": 2, "key_dim": 3}, SEQUENCE, {"value": SEQUENCE}),
    "GroupQueryAttention": (
        {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2},
        SEQUENCE,
        {"value": SEQUENCE, "key": SEQUENCE},
    ),
}


@pytest.mark.parametrize("name", WITH_LAYERS)
def test_layers_around_layers(name):
    check_layer(getattr(layers, name.split()[0]), *WITH_LAYERS[name])


@pytest.mark.parametrize("name", WITH_MORE_INPUTS)
def test_layers_with_several_inputs(name):
    arguments, inputs, call = WITH_MORE_INPUTS[name]
    check_layer(getattr(layers, name), arguments, inputs, call=call)


def test_cells_that_are_stacked():
    def arguments():
        return {"cells": [layers.LSTMCell(3), layers.GRUCell(3)]}

    check_layer(layers.StackedRNNCells, arguments, FLAT, call={"states": [[STATE, STATE], [STATE]]}, saved=False)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("StringLookup", {"vocabulary": ["a b"]}),
        ("TextVectorization", {"vocabulary": ["a", "b"]}),
        ("Hashing", {"num_bins": 4}),
    ],
)
def test_layers_of_texts(name, arguments):
    check_layer(getattr(layers, name), arguments, TEXTS, captured=False)


def test_layers_of_combined_values():
    check_layer(layers.HashedCrossing, {"num_bins": 4}, [IDS[:, :1], IDS[:, 1:2]], captured=False)


def test_every_public_layer_is_checked():
    """What the kits leave out is named here, with the reason."""
    without = {
        **{f"Convolution{r}D": "an old name" for r in (1, 2, 3)},
        **dict.fromkeys(("ThresholdedReLU", "SeparableConvolution1D", "SeparableConvolution2D"), "an old name"),
        "Input": "a function", "InputLayer": "has no input", "InputSpec": "no layer", "Layer": "abstract",
        "Wrapper": "abstract", "Lambda": "its function needs safe_mode=False to load",
        "TorchModuleWrapper": "its module needs safe_mode=False to load", "TorchModule": "the same layer",
        "MaxNumBoundingBoxes": "takes a dictionary of boxes", "AbstractRNNCell": "abstract",
    }  # fmt: skip
    checked = {*LAYERS, *PICTURES, *OTHERS, *WITH_MORE_INPUTS, "StackedRNNCells", "StringLookup", "TextVectorization"}
    checked |= {"Hashing", "HashedCrossing", "IntegerLookup", "Pipeline", "RNN"}
    checked |= {name.split()[0] for name in WITH_LAYERS} | set(MERGING)
    classes = {n: getattr(layers, n) for n in layers.__all__ if inspect.isclass(getattr(layers, n))}
    known = {getattr(layers, n) for n in (*checked, *without) if hasattr(layers, n)}
    assert [n for n, c in classes.items() if c not in known] == []


@pytest.mark.parametrize("name", ["Hashing", "IntegerLookup"])
def test_layers_that_work_on_the_host(name):
    arguments = {"Hashing": {"num_bins": 4}, "IntegerLookup": {"vocabulary": [1, 2]}}[name]
    check_layer(getattr(layers, name), arguments, IDS, captured=False)


MERGING = "Add Average Concatenate Maximum Minimum Multiply Subtract".split()


@pytest.mark.parametrize("name", MERGING)
def test_merging_layers(name):
    check_layer(getattr(layers, name), {}, [FLAT, torch.randn(2, 4)])


SPARSE = {
    "SparseCategoricalCrossentropy": (np.array([0, 1, 2, 0]), None),
    "Circle": (torch.tensor([1, 0, 1, 2]), torch.rand(4, 5)),
    "CTC": (torch.tensor([[1, 2, 0]] * 4), torch.randn(4, 6, 4)),
}
LOSSES = [
    name
    for name in losses.__all__
    if inspect.isclass(getattr(losses, name)) and name not in ("Loss", "LossFunctionWrapper", "Reduction")
]


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name):
    check_loss(getattr(losses, name)(), *SPARSE.get(name, (None, None)))


METRICS = (
    "AUC Accuracy BinaryAccuracy BinaryCrossentropy CategoricalAccuracy CategoricalCrossentropy CategoricalHinge "
    "CosineSimilarity FalseNegatives FalsePositives Hinge KLDivergence LogCoshError MeanAbsoluteError MeanSquaredError "
    "MeanSquaredLogarithmicError Poisson Precision Recall RootMeanSquaredError SquaredHinge TrueNegatives TruePositives "
    "BinaryIoU ConcordanceCorrelation F1Score FBetaScore MeanAbsolutePercentageError PearsonCorrelation R2Score "
    "TopKCategoricalAccuracy"
).split()
POINTS = {
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [0]},
    "OneHotMeanIoU": {"num_classes": 3},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
}


@pytest.mark.parametrize("name", [*METRICS, *POINTS])
def test_metrics(name):
    check_metric(getattr(metrics, name)(**POINTS.get(name, {})))


@pytest.mark.parametrize(
    ("name", "arguments", "values"),
    [
        ("IoU", {"num_classes": 2, "target_class_ids": [0]}, (IDS[0] % 2, IDS[1] % 2)),
        ("MeanIoU", {"num_classes": 2}, (IDS[0] % 2, IDS[1] % 2)),
        ("Mean", {}, (FLAT[0],)),
        ("Sum", {}, (FLAT[0],)),
        ("SparseCategoricalAccuracy", {}, (IDS[0] % 3, torch.rand(6, 3))),
        ("SparseCategoricalCrossentropy", {}, (IDS[0] % 3, torch.rand(6, 3))),
        ("SparseTopKCategoricalAccuracy", {}, (IDS[0] % 3, torch.rand(6, 3))),
    ],
)
def test_other_metrics(name, arguments, values):
    check_metric(getattr(metrics, name)(**arguments), *values)


OPTIMIZERS = "Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lamb Lion Muon Nadam RMSprop SGD ScheduleFreeAdamW".split()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name):
    check_optimizer(getattr(optimizers, name))


CALLBACKS = {
    "EarlyStopping": {},
    "History": {},
    "LambdaCallback": {},
    "ReduceLROnPlateau": {},
    "TerminateOnNaN": {},
    "GradientAccumulation": {"steps": 2},
    "ProgbarLogger": {},
    "TimeBudget": {"seconds": 60},
    "WeightAveraging": {},
    "LearningRateScheduler": {"schedule": lambda epoch, rate: rate},
}


@pytest.mark.parametrize("name", CALLBACKS)
def test_callbacks(name):
    check_callback(getattr(callbacks, name)(**CALLBACKS[name]))


class Forgetful(layers.Layer):
    def __init__(self, size=3, **kwargs):
        super().__init__(**kwargs)
        self.size = size

    def call(self, inputs):
        return inputs * self.size

    def get_config(self):
        return {"name": self.name}


class Wrong(layers.Layer):
    def call(self, inputs):
        return inputs[:, :1]

    def compute_output_shape(self, input_shape):
        return input_shape


class Steep(losses.Loss):
    def call(self, y_true, y_pred):
        return torch.sqrt(y_pred * 0).mean(-1)


class Uphill(optimizers.SGD):
    def update_step(self, gradient, variable, learning_rate):
        super().update_step(-gradient, variable, learning_rate)


class Deaf(callbacks.Callback):
    def on_epoch_end(self, epoch):
        pass


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (lambda: check_layer(Forgetful, {"size": 2}), "leaves out the argument 'size'"),
        (lambda: check_layer(Wrong), "symbolic shape"),
        (lambda: check_loss(Steep()), "gradient"),
        (lambda: check_optimizer(lambda: Uphill(0.01)), "rose"),
        (lambda: check_callback(Deaf()), "on_epoch_end"),
    ],
)
def test_what_is_wrong_is_said(check, said):
    names = (Forgetful, Wrong, Steep, Uphill, Deaf)
    with wubu.saving.custom_object_scope({c.__name__: c for c in names}), pytest.raises(AssertionError, match=said):
        check()
