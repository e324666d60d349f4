/// Good requests of all (guides: slo 2.1 "success ratio").
package enum AvailabilityByRequest {
    /// nil without a request.
    package static func share(of marks: [Mark]) -> Double? {
        let due = marks.reduce(0) { $0 + $1.count }
        guard due > 0 else { return nil }
        let good = marks.reduce(0) { $0 + ($1.good ? $1.count : 0) }
        return Double(good) / Double(due)
    }
}
