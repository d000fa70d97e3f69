"""Settings, read once from the environment (``SANGKIEN_*``), typed; refuses to start unsafe."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from dedup.initiatives import Thresholds

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(BaseSettings):
    """Every field is a setting; its description is the README's table."""

    model_config = SettingsConfigDict(env_prefix="SANGKIEN_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        Path("data"), description="Folder of the embedded database, index snapshots and backups."
    )
    database_url: str = Field(
        "",
        description="Database, e.g. `postgresql+psycopg://user@host/name`; empty: SQLite in `DATA_DIR`.",
    )
    model: str = Field(
        "shipped",
        description="Embedder: `shipped`, `lexical`, a folder, or a sentence-transformers name.",
    )
    allow_download: bool = Field(
        False, description="Allow a model to be fetched from its hub; off: files at hand only."
    )
    host: str = Field("127.0.0.1", description="Address to listen on; loopback unless told.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    insecure_lan: bool = Field(
        False, description="Serve other PCs without TLS (passwords travel in the clear)."
    )
    allowed_hosts: str = Field(
        "",
        description="Further host names to answer to, parted by commas: a proxy's, this PC's on the network.",
    )
    threshold_possible: float = Field(
        Thresholds().possible,
        gt=0,
        le=1,
        description="Probability where POSSIBLE (Trung bình) begins.",
    )
    threshold_likely: float = Field(
        Thresholds().likely, gt=0, le=1, description="Probability where LIKELY (Cao) begins."
    )
    max_upload_mb: int = Field(100, ge=1, description="Largest file taken by an upload, MB.")
    max_body_kb: int = Field(4096, ge=1, description="Largest JSON body taken, KB.")

    @model_validator(mode="after")
    def _safe(self) -> Settings:
        if self.host not in LOOPBACK and not self.insecure_lan:
            raise ValueError(
                "SANGKIEN_HOST is not loopback: put a TLS proxy before it, or set "
                "SANGKIEN_INSECURE_LAN=1 knowingly"
            )
        if self.threshold_possible > self.threshold_likely:
            raise ValueError("SANGKIEN_THRESHOLD_POSSIBLE is above SANGKIEN_THRESHOLD_LIKELY")
        return self

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'sangkien.sqlite3'}"

    @property
    def host_names(self) -> frozenset[str]:
        """Names the service answers to; bare addresses are answered to besides."""
        further = (name.strip().lower() for name in self.allowed_hosts.split(","))
        return LOOPBACK | {self.host.lower()} | {name for name in further if name}

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds(possible=self.threshold_possible, likely=self.threshold_likely)
