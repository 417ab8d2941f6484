"""Text as numbers: words, hashes, a tokenizer."""

from __future__ import annotations

from wubu.preprocessing.tokenizer import Tokenizer, tokenizer_from_json
from wubu.preprocessing.words import hashing_trick, one_hot, text_to_word_sequence

__all__ = ["Tokenizer", "hashing_trick", "one_hot", "text_to_word_sequence", "tokenizer_from_json"]
