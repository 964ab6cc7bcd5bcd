"""load-tuned.py DIRECTORY PROFILE…: reads profiles as tuned does and prints what no plugin of it knows. Settings of [sysctl] are the kernel's."""
import importlib
import inspect
import sys

import tuned.plugins.base
from tuned.profiles.factory import Factory
from tuned.profiles.loader import Loader
from tuned.profiles.locator import Locator
from tuned.profiles.merger import Merger
from tuned.profiles.variables import Variables
from tuned.utils.global_config import GlobalConfig

loader = Loader(Locator(["/usr/lib/tuned", "/usr/lib/tuned/profiles", sys.argv[1]]), Factory(), Merger(), GlobalConfig(), Variables())
for name in sys.argv[2:]:
    units = loader.load(name).units.values()
    for unit in units:
        if unit.type in ("sysctl", "bootloader"):
            continue
        module = importlib.import_module(f"tuned.plugins.plugin_{unit.type}")
        plugin = next(c for _, c in inspect.getmembers(module, inspect.isclass) if issubclass(c, tuned.plugins.base.Plugin) and c.__module__ == module.__name__)
        for option in unit.options:
            if option not in plugin._get_config_options():
                print(f"{name}: [{unit.name}] {option} is unknown to plugin {unit.type}")
    print(f"{name}: {len(units)} units")
