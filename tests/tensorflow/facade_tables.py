"""All expressions by the name that they are about; names that have none, and expressions that differ, each with why."""

from __future__ import annotations

import facade_cases
import facade_further_cases
import facade_more_cases
import facade_system_cases

CASES: dict[str, list[str]] = {}
for _table in (facade_cases, facade_more_cases, facade_system_cases, facade_further_cases):
    for _name, _expressions in _table.CASES.items():
        CASES.setdefault(_name, []).extend(_expressions)

_GPU = "needs a GPU"
_EARLY = "TensorFlow takes it only before its devices are in use"
_CLUSTER = "needs several machines"
_PRINTS = "writes to standard output; the snippets and the tests of files show it"
_PROCESS = "changes the whole process"

# Names without an expression.
UNTESTED: dict[str, str] = {
    "config.experimental.enable_op_determinism": _PROCESS,
    "config.experimental.get_memory_growth": _GPU,
    "config.experimental.get_memory_info": _GPU,
    "config.experimental.reset_memory_stats": _GPU,
    "config.experimental.set_memory_growth": _GPU,
    "config.experimental.set_virtual_device_configuration": _EARLY,
    "config.experimental_connect_to_cluster": _CLUSTER,
    "config.optimizer.set_jit": _PROCESS,
    "config.set_logical_device_configuration": _EARLY,
    "config.threading.set_inter_op_parallelism_threads": _EARLY,
    "config.threading.set_intra_op_parallelism_threads": _EARLY,
    "data.ThreadingOptions": "its settings are kept, and have no effect",
    "distribute.DistributedValues": _CLUSTER,
    "distribute.MultiWorkerMirroredStrategy": _CLUSTER,
    "distribute.ParameterServerStrategy": _CLUSTER,
    "distribute.TPUStrategy": "needs a TPU",
    "distribute.experimental.CentralStorageStrategy": _CLUSTER,
    "distribute.experimental.MultiWorkerMirroredStrategy": _CLUSTER,
    "distribute.experimental.ParameterServerStrategy": _CLUSTER,
    "distribute.experimental.TPUStrategy": "needs a TPU",
    "experimental.numpy.experimental_enable_numpy_behavior": _PROCESS,
    "image.decode_webp": "TensorFlow writes no WebP, and Pillow does only where it was built so",
    "io.decode_webp": "see image.decode_webp",
    "parallel_stack": "works only in TensorFlow's graphs",
    "print": _PRINTS,
    "profiler.experimental.Profile": _PROCESS,
    "profiler.experimental.start": _PROCESS,
    "IndexedSlicesSpec": "TensorFlow's has neither shape nor type to ask for",
    "random.experimental.get_global_generator": "depends on what was drawn before",
    "summary.graph": _PRINTS,
    "summary.trace_export": _PRINTS,
    "summary.trace_on": _PROCESS,
    "test.main": _PROCESS,
    "train.experimental.PythonState": "a base class of objects that save themselves",
    "config.enable_op_determinism": "of tf.config.experimental alone in TensorFlow",
}

_OWN_ERRORS = "a data set fails with DataError, MissingFileError or ArgumentError, whose message says what to try"
_SETS_OF_RAGGED = "elements of data sets are tensors; ragged ones go through tf.ragged.stack"
_DENSE = "what has a variable length is read as a dense tensor"
_CODE = "a folder holds a Keras model; code of other objects cannot be written"

# Parts of expressions whose results differ, and why.
DIFFERENT: dict[str, str] = {
    "[x for x in tf.data.TFRecordDataset('/nowhere')]": _OWN_ERRORS,
    "[x for x in tf.data.TextLineDataset('/nowhere')]": _OWN_ERRORS,
    "tf.data.Dataset.range(2).get_single_element()": _OWN_ERRORS,
    "tf.data.Dataset.range(3).batch(0)": _OWN_ERRORS,
    "tf.io.write_file(p, '1,\\n')": _OWN_ERRORS,
    "header_bytes=2, footer_bytes=2": _OWN_ERRORS,
    "from_tensor_slices(tf.ragged.constant": _SETS_OF_RAGGED,
    "from_tensors(tf.ragged.constant": _SETS_OF_RAGGED,
    ".ragged_batch(3)": _SETS_OF_RAGGED,
    ".get_next_as_optional()": "tf.experimental.Optional is for what programs make themselves",
    "tf.io.VarLenFeature(tf.int64)})['a']": _DENSE,
    "tf.saved_model.save(m, p)": _CODE,
    "tf.autograph.to_graph(1)": "Python code runs as it is, so there is nothing to convert",
    "tf.autograph.to_code(1)": "Python code runs as it is, so there is nothing to convert",
    "w.close(), len(tf.io.gfile.glob(p + '/events*'))": "the file is begun with the first summary",
    "tf.summary.create_noop_writer()": "nothing is written, and that is said",
    "len(t.watched_variables())": "only what watch() was called for is listed",
}


def differs(expression: str) -> bool:
    """Whether an expression is known to give something else here."""
    return any(part in expression for part in DIFFERENT)
