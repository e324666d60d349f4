import Impairments
import Measures

extension Reader {
    /// The parameters below the key that names the kind.
    func kind(_ keyword: String, _ value: Value, on: Value?, of fault: Fields, names: LabNames) -> FaultKind?
    {
        if keyword == "partition" {
            if on != nil {
                let message =
                    "a partition takes no 'on'; expected its hosts in between: [a, b], or from: a and to: b"
                problems.add("on", at: fault.place(of: "on"), message)
            }
            let partition = partition(value, names: names)
            return on == nil ? partition.map { .partition($0, $1) } : nil
        }
        let selector = (on ?? fault.required("on", names.hosts.first ?? "web1"))
            .flatMap { self.selector($0, hosts: names.hosts) }
        if let kind = ImpairmentKind(rawValue: keyword) {
            let read = impairment(kind, value, on: selector, names: names)
            guard let selector, let (impairment, traffic) = read else { return nil }
            return .impairment(on: selector, kind, impairment, traffic)
        }
        switch keyword {
        case "reset":
            guard let fields = Fields(value, keyword, keys: Self.trafficKeys, problems: problems),
                let traffic = traffic(fields, on: selector, names: names), let selector
            else { return nil }
            return .reset(on: selector, traffic)
        case "kill":
            guard let parameters = kill(value, on: selector, names: names), let selector else { return nil }
            return .kill(on: selector, parameters)
        case "pause":
            guard let parameters = pause(value, on: selector, names: names), let selector else { return nil }
            return .pause(on: selector, parameters)
        case "stress":
            guard let stress = stress(value), let selector else { return nil }
            return .stress(on: selector, stress)
        case "limit":
            guard let limit = limit(value, on: selector, names: names), let selector else { return nil }
            return .limit(on: selector, limit)
        default:
            let keys = ["service", "unit", "container"]
            guard let fields = Fields(value, keyword, keys: keys, problems: problems),
                let target = processTarget(fields, of: keys, on: selector, names: names), let selector
            else { return nil }
            return .restart(on: selector, target)
        }
    }
}
