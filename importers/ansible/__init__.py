"""Ansible: inventories in INI, YAML and JSON, and the facts of their hosts."""

from importers.ansible.importer import AnsibleImporter

__all__ = ["AnsibleImporter"]
