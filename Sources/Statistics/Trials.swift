/// Counts that cannot be wrong: no negative n, failures between 0 and n.
struct Trials {
    let n: Int
    let failures: Int

    init(failures: Int, of n: Int) {
        self.n = max(0, n)
        self.failures = min(max(0, failures), self.n)
    }

    var x: Double { Double(failures) }
    var total: Double { Double(n) }
    var good: Double { Double(n - failures) }
}
