"""``tf.train.Saver``: the variables of a graph in TensorFlow's checkpoint files, by their names."""

from __future__ import annotations

import os
from typing import Any

from wubu.errors import MissingFileError
from wubu.saving.tf.bundle import BundleReader, write_bundle
from wubu.saving.tf.checkpoint_state import update_checkpoint_state
from wubu.tensorflow.v1.graph import get_default_graph
from wubu.tensorflow.v1.variables import GraphVariable, global_variables

__all__ = ["Saver"]


class Saver:
    """Writes and reads the variables of a graph.

    Args:
        var_list: the variables, or a dict by the name they have in the file; default all.
        max_to_keep: how many checkpoints stay.
        **kwargs: the other arguments of TensorFlow's: accepted.

    Example:
        >>> saver = tf.train.Saver()
        >>> path = saver.save(sess, "model/weights", global_step=100)
        >>> saver.restore(sess, path)
    """

    def __init__(self, var_list: Any = None, max_to_keep: int | None = 5, **kwargs: Any) -> None:
        self._given, self._most = var_list, max_to_keep
        self.last_checkpoints: list[str] = []

    def _variables(self) -> dict[str, Any]:
        given = self._given
        if isinstance(given, dict):
            return given
        found = global_variables() if given is None else list(given)
        named = {getattr(v, "op_name", None) or v.name.partition(":")[0]: v for v in found}
        for layer_name, layer in get_default_graph().layers.items():
            named.update({f"{layer_name}/{w.name}": w for w in layer.weights})
        return named

    def save(self, sess: Any, save_path: str, global_step: Any = None, *args: Any, **kwargs: Any) -> str:
        """Write a checkpoint and return its prefix.

        Args:
            sess: the session.
            save_path: the prefix of the files.
            global_step: a number, or a variable that counts, to append.
        """
        step = global_step if isinstance(global_step, int | None) else int(sess.run(global_step))
        prefix = save_path if step is None else f"{save_path}-{step}"
        os.makedirs(os.path.dirname(os.path.abspath(prefix)), exist_ok=True)
        write_bundle(prefix, {name: _weight(v).numpy() for name, v in self._variables().items()})
        self.last_checkpoints = [p for p in self.last_checkpoints if p != prefix] + [prefix]
        if self._most:
            for old in self.last_checkpoints[: -self._most]:
                _remove(old)
            self.last_checkpoints = self.last_checkpoints[-self._most :]
        folder = os.path.dirname(os.path.abspath(prefix))
        # The file names them by where they are from its own folder.
        names = [os.path.relpath(os.path.abspath(p), folder) for p in self.last_checkpoints]
        update_checkpoint_state(folder, os.path.basename(prefix), names)
        return prefix

    def restore(self, sess: Any, save_path: str | None) -> None:
        """Read a checkpoint.

        Raises:
            ValueError: for no path.
            MissingFileError: when the file is not there.
        """
        if not save_path:
            raise ValueError("Can't load save_path when it is None.")
        if not os.path.exists(f"{save_path}.index"):
            raise MissingFileError(f"The passed save_path is not a valid checkpoint: {save_path}")
        reader = BundleReader(save_path)
        for name, variable in self._variables().items():
            _weight(variable).assign(reader.read(name))
            if isinstance(variable, GraphVariable):
                variable.is_initialized = True

    def export_meta_graph(self, *args: Any, **kwargs: Any) -> None:
        """Accepted: there is no form of a graph for files here."""


def _weight(variable: Any) -> Any:
    return variable.storage if isinstance(variable, GraphVariable) else variable


def _remove(prefix: str) -> None:
    folder, name = os.path.split(os.path.abspath(prefix))
    for file in os.listdir(folder) if os.path.isdir(folder) else ():
        if file.startswith((f"{name}.index", f"{name}.data-")):
            os.remove(os.path.join(folder, file))
