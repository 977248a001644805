"""Kubernetes lists and manifests: objects to CIs, and what their fields say of each other to relationships."""

from importers.kubernetes.importer import KubernetesImporter

__all__ = ["KubernetesImporter"]
