import Schedule
import Timeline

/// Which fault has which colour, dashes and hatching: by name, in the order of their first start, the same in all charts.
/// There are five; of more faults than that, all from the fifth on share the last as "other faults".
struct FaultSeries: Sendable {
    /// Names with a style of their own.
    let names: [String]
    /// Whether some share the last style.
    let hasOthers: Bool

    static let others = "other faults"

    init(_ timeline: Timeline) {
        var names: [String] = []
        for fault in timeline.faults where !names.contains(fault.scheduled.name) {
            names.append(fault.scheduled.name)
        }
        hasOthers = names.count > SeriesStyle.faults.count
        self.names = hasOthers ? Array(names.prefix(SeriesStyle.faults.count - 1)) : names
    }

    private func index(of name: String) -> Int { names.firstIndex(of: name) ?? SeriesStyle.faults.count - 1 }

    func label(of name: String) -> String { names.contains(name) || !hasOthers ? name : Self.others }

    func style(of name: String) -> SeriesStyle { SeriesStyle.faults[index(of: name)] }

    /// Id of the hatching that goes with the style.
    func hatch(of name: String) -> String { "hatch\(index(of: name))" }
}
