import Measures
import Recording
import Timeline

/// What became of a service during the run, or what it wrote to its log.
struct ServiceEvent: Sendable {
    enum What: Sendable {
        case change(ProcessEvent)
        case mark(LogMark)
    }

    let at: BoundedInstant
    let host: String
    let what: What

    /// In order, those between time zero and the end.
    static func all(of timeline: Timeline) -> [ServiceEvent] {
        timeline.processes.compactMap { event in
            guard event.at.instant >= .zero, event.at.instant <= timeline.end else { return nil }
            switch event.body {
            case .process(let change):
                return ServiceEvent(at: event.at, host: event.host, what: .change(change))
            case .logMark(let mark): return ServiceEvent(at: event.at, host: event.host, what: .mark(mark))
            default: return nil
            }
        }
    }

    var service: String {
        switch what {
        case .change(let change): change.service
        case .mark(let mark): mark.service
        }
    }

    var track: String { "\(service) on \(host)" }

    var change: ProcessEvent.Change? {
        guard case .change(let event) = what else { return nil }
        return event.change
    }

    var isLogMark: Bool { change == nil }

    var words: String {
        switch what {
        case .change(let event): "\(event.change.rawValue), pid \(event.pid)"
        case .mark(let mark): "logged \(mark.name): \(mark.line.shortened(to: 80))"
        }
    }
}
