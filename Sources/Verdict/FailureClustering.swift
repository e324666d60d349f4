import Measures
import Statistics
import Timeline

/// How much failures come together.
extension Sample {
    /// A design effect up to it may be luck (see `ShareDifference.independent`): of ten slices of independent failures three or
    /// four in a hundred exceed it, and of fewer many more.
    private static let leastEffect = ShareDifference.independent
    private static let fewestSlices = 10
    /// Of fewer failures nobody can say whether they come together: two in one second of sixteen are no outage.
    private static let fewestFailures = 10

    /// VIF of requests, at least 1: by runs of failures one after the other, or by how unevenly they lie in slices of a
    /// second, of two, of four …, whichever is more. Behind a balancer with one dead server of two no two failures
    /// follow one another, and yet they are one outage.
    package var inflation: Double { max(bursts.varianceInflation, spread) }

    /// The greatest design effect of slices; 1 where there is none to be sure of.
    private var spread: Double {
        guard bad >= Self.fewestFailures else { return 1 }
        let all = stretches.joined().map { (due: $0.due, bad: $0.due - $0.good) }
        var greatest = 1.0
        var width = 1
        while all.count / width >= Self.fewestSlices {
            let groups = stride(from: 0, through: all.count - width, by: width).map { all[$0..<$0 + width] }
            let failures = groups.map { group in group.reduce(0) { $0 + $1.bad } }
            let due = groups.reduce(0) { sum, group in group.reduce(sum) { $0 + $1.due } }
            let effect = Bursts.designEffect(failures: failures, size: due / groups.count)?.effect ?? 1
            if effect > Self.leastEffect { greatest = max(greatest, effect) }
            width *= 2
        }
        return greatest
    }

    /// How long failures come together: the longest run of failures, or of seconds with one where it is those that show
    /// that they do.
    func longestTogether(perSecond: Double) -> Duration {
        let run = Duration.seconds(perSecond > 0 ? Double(bursts.longest) / perSecond : 0)
        guard spread > bursts.varianceInflation else { return run }
        var longest = 0
        for stretch in stretches {
            var current = 0
            for slice in stretch {
                current = slice.good < slice.due ? current + 1 : 0
                longest = max(longest, current)
            }
        }
        return max(run, .seconds(longest))
    }
}
