"""A folder that holds a sentence-transformers model: what is in it, and under which name.

Two models must never be mixed in one index, so a model's name carries a hash of the bytes that decide
its vectors; a retrained model in the same folder is another model.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dedup.errors import ModelUnavailable

_DECIDING = (".json", ".safetensors", ".bin", ".txt", ".model")
_STATIC, _NORMALIZE = "StaticEmbedding", "Normalize"


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder with a ``modules.json``; raises ModelUnavailable where it is missing or unreadable."""

    path: Path
    modules: tuple[dict[str, Any], ...]

    @classmethod
    def open(cls, path: Path) -> ModelFolder:
        index = path / "modules.json"
        if not index.is_file():
            raise missing(path)
        try:
            modules = json.loads(index.read_text(encoding="utf-8"))
            return cls(path, tuple(dict(module) for module in modules))
        except (ValueError, TypeError) as error:
            raise damaged(path) from error

    @property
    def is_static(self) -> bool:
        kinds = [str(module.get("type", "")).rpartition(".")[2] for module in self.modules]
        return kinds[:1] == [_STATIC] and set(kinds[1:]) <= {_NORMALIZE}

    def static_part(self) -> Path:
        return self.path / str(self.modules[0].get("path", ""))

    def model_id(self, name: str | None = None) -> str:
        """``<name>-<12 hex digits>`` of SHA-256 over names and bytes of the deciding files."""
        digest = hashlib.sha256()
        for file in sorted(self.path.rglob("*")):
            if file.is_file() and file.suffix in _DECIDING:
                digest.update(file.relative_to(self.path).as_posix().encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
        return f"{name or self.path.resolve().name}-{digest.hexdigest()[:12]}"


def missing(path: Path) -> ModelUnavailable:
    return ModelUnavailable(
        f"Không thấy mô hình ở «{path}» (thiếu modules.json). Hãy chép đủ thư mục mô hình vào đó, "
        "hoặc đặt SANGKIEN_MODEL=shipped để dùng mô hình kèm theo, SANGKIEN_MODEL=lexical để chạy không cần mô hình.",
        path=str(path),
    )


def damaged(path: Path) -> ModelUnavailable:
    return ModelUnavailable(
        f"Tệp mô hình trong «{path}» bị hỏng hoặc thiếu. Hãy chép lại thư mục mô hình từ bản cài đặt, "
        "hoặc đặt SANGKIEN_MODEL=lexical để chạy tạm không cần mô hình.",
        path=str(path),
    )


def not_downloaded(name: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"Mô hình «{name}» chưa có trên máy này và phần mềm không tự tải về. Hãy chép thư mục mô hình "
        "vào máy rồi ghi đường dẫn của nó, hoặc cho phép tải một lần khi có mạng.",
        name=name,
    )
