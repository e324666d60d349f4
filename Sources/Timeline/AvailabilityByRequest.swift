/// Good requests of all (guides: slo 2.1 "success ratio").
package enum AvailabilityByRequest {
    /// nil without a request.
    package static func share(good: Int, of due: Int) -> Double? {
        due > 0 ? Double(good) / Double(due) : nil
    }
}
