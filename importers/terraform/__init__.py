"""Terraform states and plans: what each is read as stands in ``docs/formats/terraform.md``."""

from importers.terraform.importer import TerraformImporter

__all__ = ["TerraformImporter"]
