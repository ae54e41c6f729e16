"""Checks a filled manifest by the rules of krew, and installs every platform of it as krew would.

    krew.py MANIFEST FOLDER

FOLDER has the archives. krew's own validator is a Go module that cannot be had everywhere; these are its rules.
"""

import glob
import hashlib
import os
import re
import sys
import tarfile
import tempfile

import yaml


def fail_unless(holds, message):
    if not holds:
        sys.exit(message)


def structure(plugin, name):
    fail_unless(plugin["apiVersion"] == "krew.googlecontainertools.github.com/v1alpha2", "apiVersion")
    fail_unless(plugin["kind"] == "Plugin", "kind")
    fail_unless(re.fullmatch(r"[\w-]+", name), f"{name} is no safe name")
    fail_unless(plugin["metadata"]["name"] == name, "the file is not named as the plugin")
    spec = plugin["spec"]
    fail_unless(re.fullmatch(r"v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?", spec["version"]), "version")
    short = spec["shortDescription"]
    fail_unless(short and len(short) <= 50 and "\n" not in short, "shortDescription")
    fail_unless("kubectl" not in short.lower() and "plugin" not in short.lower(), "shortDescription says the obvious")
    fail_unless(all(len(line) <= 80 for line in spec["description"].splitlines()), "description is too wide")
    fail_unless(spec["homepage"].startswith("https://"), "homepage")
    known = {"version", "homepage", "shortDescription", "description", "caveats", "platforms"}
    fail_unless(set(spec) <= known, f"unknown fields: {set(spec) - known}")
    fail_unless(spec["platforms"], "platforms")


def platform_of(platform):
    known = {"selector", "uri", "sha256", "bin", "files"}
    fail_unless(set(platform) <= known, f"unknown fields: {set(platform) - known}")
    labels = platform["selector"]["matchLabels"]
    fail_unless(labels and set(labels) == {"os", "arch"}, "selector")
    fail_unless(re.fullmatch(r"[a-f0-9]{64}", platform["sha256"]), "sha256")
    fail_unless(platform["bin"] and platform["files"], "bin and files")
    return labels["os"], labels["arch"]


def install(platform, folder):
    """Unpacks the archive, moves what `files` names, and looks for the binary and the license."""
    archive = os.path.join(folder, platform["uri"].rsplit("/", 1)[1])
    with open(archive, "rb") as content:
        fail_unless(hashlib.sha256(content.read()).hexdigest() == platform["sha256"], f"{archive}: sha256")
    with tempfile.TemporaryDirectory() as scratch:
        unpacked, installed = os.path.join(scratch, "unpacked"), os.path.join(scratch, "installed")
        with tarfile.open(archive) as tar:
            tar.extractall(unpacked)
        for step in platform["files"]:
            fail_unless(step["from"] and step["to"], "from and to")
            found = glob.glob(os.path.join(unpacked, step["from"].lstrip("/")))
            fail_unless(found, f"{step['from']} matches nothing in {archive}")
            target = os.path.normpath(os.path.join(installed, step["to"]))
            fail_unless(target.startswith(installed), f"{step['to']} is outside")
            os.makedirs(target, exist_ok=True)
            for path in found:
                os.rename(path, os.path.join(target, os.path.basename(path)))
        binary = os.path.join(installed, platform["bin"])
        fail_unless(os.path.isfile(binary) and os.access(binary, os.X_OK), f"{binary} is no program")
        fail_unless(glob.glob(os.path.join(installed, "LICENSE*")), "the license is not installed")


def main():
    manifest, folder = sys.argv[1:]
    with open(manifest) as content:
        plugin = yaml.safe_load(content)
    name, extension = os.path.splitext(os.path.basename(manifest))
    fail_unless(extension == ".yaml", "extension")
    structure(plugin, name)
    platforms = plugin["spec"]["platforms"]
    selected = [platform_of(platform) for platform in platforms]
    fail_unless(len(selected) == len(set(selected)), "two platforms for one machine")
    for platform in platforms:
        install(platform, folder)


main()
