import Measures

extension ArrivalTrace {
    /// "trace of 1000 arrivals over 60 s, replayed 2 times as fast"
    package var text: String {
        let arrivals = count == 1 ? "1 arrival" : "\(count.fixed(0)) arrivals"
        let faster = speed == .asRecorded ? "" : ", replayed \(speed.text) times as fast"
        let again = period.map { ", again after \($0.rounded) of it" } ?? ""
        return "trace of \(arrivals) over \(Duration(nanoseconds: end).rounded)\(faster)\(again)"
    }

    /// How it fits a run of this length, where it is shorter or longer; nil: as long as that, or endless.
    package func misfit(of run: Duration) -> String? {
        guard period == nil else { return nil }
        let last = Duration(nanoseconds: speed.replayed(end))
        if replayedLength + .seconds(1) <= run {
            return
                "the trace ends after \(last.rounded), \((run - last).rounded) before the run does; nothing is due then "
                + "(repeat: true begins it again)"
        }
        let over = count - expected(before: run.nanoseconds)
        guard over >= 1 else { return nil }
        return
            "the trace is longer than the run: \(over.fixed(0)) of its \(count.fixed(0)) arrivals are never due"
    }
}
