"""What the lists of identities, secrets and watchers hold: names and rights, never a credential."""

from dataclasses import replace
from typing import Final

from importers.aws.declarations import Link, Listing, Reach, Way, protected, weakly_needs
from importers.aws.network_table import BUCKET, KEY

USER: Final = "AWS::IAM::User"
TEAM: Final = "AWS::IAM::Group"
ROLE: Final = "AWS::IAM::Role"
POLICY: Final = "AWS::IAM::Policy"
PROFILE: Final = "AWS::IAM::InstanceProfile"

_RIGHTS: Final = (
    protected("AttachedManagedPolicies[].PolicyArn", POLICY),
    protected("PermissionsBoundary.PermissionsBoundaryArn", POLICY),
)
_PERSON: Final = Listing(
    ("UserDetailList[]", "Users[]"), USER, "UserName", arn="Arn", reach=Reach.GLOBAL,
    links=(*_RIGHTS, protected("GroupList[]", TEAM)),
)  # fmt: skip

IDENTITIES: Final = (
    _PERSON,
    replace(_PERSON, paths=("GroupDetailList[]", "Groups[]"), type=TEAM, id="GroupName", links=_RIGHTS),
    replace(
        _PERSON, paths=("RoleDetailList[]", "Roles[]"), type=ROLE, id="RoleName",
        links=(
            *_RIGHTS,
            Link("InstanceProfileList[].Arn", "PROTECTED_BY", (PROFILE,), way=Way.BACKWARD),
        ),
    ),
    replace(_PERSON, paths=("Policies[]",), type=POLICY, id="PolicyId", name="PolicyName", links=()),
    replace(
        _PERSON, paths=("InstanceProfiles[]",), type=PROFILE, id="InstanceProfileName",
        links=(protected("Roles[].RoleName", ROLE),),
    ),
    Listing(("SAMLProviderList[]",), "AWS::IAM::SAMLProvider", "Arn", arn="Arn", reach=Reach.GLOBAL),
    Listing(
        ("SecretList[]",), "AWS::SecretsManager::Secret", "ARN", name="Name", arn="ARN",
        links=(weakly_needs("KmsKeyId", KEY),),
    ),
    Listing(("Keys[]",), KEY, "KeyId", arn="KeyArn"),
    Listing(
        ("trailList[]",), "AWS::CloudTrail::Trail", "TrailARN", name="Name", arn="TrailARN", reach=Reach.GLOBAL,
        links=(Link("S3BucketName", "STORED_ON", (BUCKET,)), weakly_needs("KmsKeyId", KEY)),
    ),
    Listing(
        ("analyzers[]",), "AWS::AccessAnalyzer::Analyzer", "arn", name="name", arn="arn", state="status"
    ),
    Listing(("DetectorIds[]",), "AWS::GuardDuty::Detector", "self"),
)  # fmt: skip
