"""File systems that a run mounts below its folder. They outlive a killed harness: the next run's sweep removes them."""
import os

from .processes import run


def tmpfs(place, options):
    run("mount", "-t", "tmpfs", "-o", f"nosuid,{options}", "tmpfs", place)


def resize(place, size):
    run("mount", "-o", f"remount,size={size}", place)


def remove_below(folder):
    """Every mount at or below the folder, the innermost first."""
    with open("/proc/self/mounts", encoding="utf-8") as listed:
        places = [line.split(" ")[1] for line in listed]
    for place in sorted(places, key=len, reverse=True):
        if place == folder or place.startswith(folder + os.sep):
            run("umount", "--lazy", place, check=False)
