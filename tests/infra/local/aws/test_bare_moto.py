"""Each mend is needed: one test of each file meets moto as it is, in a process of its own, and fails there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from infra.local import aws

HERE = Path(__file__).parent
# By file, the test that shows what bare moto lacks or gets wrong.
PROOFS = {
    "test_account_template.py": "test_the_modules_code_contains_the_instance",
    "test_addresses.py": "test_an_elastic_address_is_a_public_one",
    "test_bucket_encryption.py": "test_an_upload_is_encrypted_by_default",
    "test_bucket_policies.py": "test_what_is_no_policy_is_refused",
    "test_chance.py": "test_what_a_region_begins_with_follows_from_the_account",
    "test_change_sets.py": "test_a_change_set_says_what_it_will_do",
    "test_clock.py": "test_moto_tells_the_time_of_the_call",
    "test_custom_resource.py": "test_the_code_runs_as_the_functions_role",
    "test_deletions.py": "test_a_network_goes_as_it_came",
    "test_groups.py": "test_modify_instance_attribute_replaces_on_both",
    "test_ids.py": "test_an_instance_shows_its_profiles_own_id",
    "test_instance_images.py": "test_an_image_holds_a_snapshot_of_each_volume",
    "test_interfaces.py": "test_an_interface_in_use_cannot_be_used_again_or_deleted",
    "test_intrinsics.py": "test_sub_leaves_a_shell_script_alone",
    "test_keys.py": "test_a_symmetric_key_has_no_public_key",
    "test_lag.py": "test_a_describe_does_not_see_a_change_at_once",
    "test_new_instances.py": "test_run_instances_answers_of_a_pending_instance",
    "test_no_echo.py": "test_describe_stacks_shows_asterisks",
    "test_parameters.py": "test_a_number_compares_as_text",
    "test_properties.py": "test_a_missing_property_fails_the_resource",
    "test_public_images.py": "test_a_new_account_has_few_images",
    "test_quotas.py": "test_ec2_has_a_quota_of_processors",
    "test_references.py": "test_create_stack_refuses",
    "test_resources.py": "test_every_resource_tells_its_story",
    "test_root_volume.py": "test_without_mappings_it_is_the_images",
    "test_rules.py": "test_a_rule_without_ports_is_accepted",
    "test_snapshot_locks.py": "test_a_locked_snapshot_cannot_be_deleted",
    "test_snapshot_sharing.py": "test_both_forms_share_and_unshare",
    "test_snapshots.py": "test_pending_in_the_answer_then_completed",
    "test_ssm.py": "test_a_region_that_moto_does_not_know_has_its_parameters",
    "test_stack.py": "test_a_failure_rolls_back",
    "test_stack_calls.py": "test_a_group_and_its_rules",
    "test_stack_answers.py": "test_a_failed_stack_is_treated_as_its_creator_wishes",
    "test_stack_sets.py": "test_overrides_leave_the_other_parameters",
    "test_stack_update.py": "test_a_failed_update_goes_back",
    "test_stopped_only.py": "test_a_running_instance_keeps_them",
    "test_tags.py": "test_reserved_keys_are_refused",
    "test_template_address.py": "test_an_address_is_given_to_an_interface_and_released",
    "test_template_bucket.py": "test_a_bucket_is_as_private_as_the_template_says",
    "test_template_event_data_store.py": "test_it_makes_a_store_and_deletes_it",
    "test_template_glue.py": "test_a_table_needs_its_database",
    "test_template_instance.py": "test_the_modules_expressions_work",
    "test_template_interface.py": "test_it_is_what_the_template_says",
    "test_template_network.py": "test_a_public_subnet_with_names",
    "test_template_trail.py": "test_it_makes_a_trail_that_logs_and_deletes_it",
    "test_template_work_group.py": "test_a_name_is_there_once",
    "test_template_role.py": "test_a_roles_policies_are_documents",
    "test_terminated.py": "test_it_shows_nothing_that_it_had",
    "test_trail_bucket.py": "test_a_bucket_has_to_let_cloudtrail_in",
    "test_trail_delivery.py": "test_a_file_for_each_region_in_cloudtrails_folders",
    "test_trails.py": "test_selectors_replace_each_other",
    "test_volumes.py": "test_a_describe_names_what_it_does_not_find",
    "test_vpcs.py": "test_a_vpc_in_use_cannot_be_deleted",
}
# Sources that mend nothing by themselves.
HELPERS = {
    "__init__",
    "athena",  # our own, where moto gives what was prepared
    "athena_access",
    "athena_catalog",
    "athena_reasons",
    "athena_stores",
    "cloudformation",  # which mends CloudFormation has, as `ec2` says it of EC2
    "cloudtrail",  # our own, where moto has nothing
    "cloudtrail_parameters",
    "ec2",
    "event_history",
    "failure",
    "install",
    "lambda_code",  # of `custom_resource`
    "settings",
    "trail_selectors",  # of `trails` and `trail_delivery`
    "values",
}
WHOLE = {"test_account_template.py"}  # of all mends together


def test_every_mend_has_its_proof() -> None:
    """A new source names the test that fails without it, or says that it is no mend."""
    sources = {path.stem for path in Path(aws.__file__).parent.glob("*.py")}
    assert sources >= HELPERS
    assert {f"test_{name}.py" for name in sources - HELPERS} == set(PROOFS) - WHOLE


def test_bare_moto_fails_each_of_them() -> None:
    """With LAB_BARE_MOTO set nothing is mended, and each of those tests fails."""
    tests = [f"{HERE / name}::{test}" for name, test in PROOFS.items()]
    # Bare moto's threads die of their own; that must not count as the failure of whichever test comes next.
    plugins = ("-p", "no:xdist", "-p", "no:threadexception", "-p", "no:unraisableexception")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rf", "--tb=no", *plugins, f"--confcutdir={HERE}", *tests],
        env=os.environ | {"LAB_BARE_MOTO": "1"},
        capture_output=True,
        text=True,
        cwd=HERE.parents[3],
        check=False,
    )
    failed = dict(re.findall(r"^FAILED \S*?(test_\w+\.py)::(\w+)", done.stdout, flags=re.MULTILINE))
    assert failed == PROOFS, done.stdout
