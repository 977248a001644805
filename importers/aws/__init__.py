"""What the AWS API and AWS Config say of an account."""

from importers.aws.importer import AwsImporter

__all__ = ["AwsImporter"]
