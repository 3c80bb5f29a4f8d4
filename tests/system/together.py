"""For tests that wait more than they work: each in a process of its own, some at a time."""
import concurrent.futures
import subprocess
import sys
import unittest

AT_A_TIME = 4


def names(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from names(test)
        else:
            yield test.id().removeprefix("__main__.")


def run(name):
    done = subprocess.run([sys.executable, *(f"-W{option}" for option in sys.warnoptions), sys.argv[0], name],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return name, done.returncode, done.stdout


def main():
    """As unittest.main(), which runs what is named on the command line."""
    if len(sys.argv) > 1:
        unittest.main()
    tests = list(names(unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])))
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        for name, code, said in pool.map(run, tests):
            print(f"{name}: {'failed' if code else 'ok'}", flush=True)
            if code:
                bad += 1
                print(said, flush=True)
    print(f"Ran {len(tests)} tests, {bad} failed")
    sys.exit(1 if bad or not tests else 0)
