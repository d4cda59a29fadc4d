# What the package's own test (debian/tests) does on a build farm.
is "the package's own test passes" /ha-test/failover
