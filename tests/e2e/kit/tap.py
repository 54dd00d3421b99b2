"""Runs the unittest cases of a script and reports them as TAP, which Meson reads.

    tests/e2e/damage                        all cases
    tests/e2e/damage Damage.test_text_file  these only
"""
import sys
import unittest


class TapResult(unittest.TestResult):
    """One line per test; the subtests of a failed test get a line each."""

    def __init__(self):
        super().__init__()
        self.lines = 0

    def line(self, word, test, comment="", detail=""):
        self.lines += 1
        print(f"{word} {self.lines} - {str(test).splitlines()[0]}{comment}")
        for row in detail.splitlines():
            print(f"# {row}")
        sys.stdout.flush()

    def addSuccess(self, test):
        super().addSuccess(test)
        self.line("ok", test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.line("ok", test, f" # SKIP {reason}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.line("not ok", test, detail=self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.line("not ok", test, detail=self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            detail = (self.failures if issubclass(err[0], test.failureException) else self.errors)[-1][1]
            self.line("not ok", subtest, detail=detail)


def main():
    loader = unittest.TestLoader()
    script = sys.modules["__main__"]
    names = sys.argv[1:]
    suite = loader.loadTestsFromNames(names, script) if names else loader.loadTestsFromModule(script)
    result = TapResult()
    suite.run(result)
    print(f"1..{result.lines}")
    sys.exit(0 if result.wasSuccessful() else 1)
