import Measures

extension CanonicalText {
    static func fault(_ fault: FaultPlan) -> String {
        let (on, parameters) = kind(fault.kind)
        return map([
            ("name", quote(fault.name)),
            (fault.notBefore ? "not-before" : "at", fault.at.text),
            ("for", fault.lasting?.text),
            ("every", fault.every?.text),
            ("times", fault.every == nil ? nil : "\(fault.times)"),
            ("on", on.map(selector)),
            (fault.kind.keyword, map(parameters)),
        ])
    }

    private static func kind(_ kind: FaultKind) -> (on: Selector?, parameters: [(String, String?)]) {
        switch kind {
        case .impairment(let on, let kind, let impairment, let traffic):
            return (on, self.impairment(kind, impairment) + self.traffic(traffic))
        case .partition(let partition, let traffic):
            return (nil, self.partition(partition) + self.traffic(traffic, usual: .ingress))
        case .reset(let on, let traffic): return (on, self.traffic(traffic))
        case .kill(let on, let kill):
            let parameters = [
                target(kill.target), ("signal", kill.signal), ("restart-after", kill.restartAfter?.text),
            ]
            return (on, parameters)
        case .pause(let on, let pause):
            return (on, [target(pause.target), ("by", pause.way == .signal ? nil : pause.way.rawValue)])
        case .restart(let on, let target): return (on, [self.target(target)])
        case .stress(let on, let stress): return (on, self.stress(stress))
        case .limit(let on, let limit): return (on, self.limit(limit))
        }
    }

    private static func selector(_ selector: Selector) -> String {
        switch selector {
        case .hosts(let hosts): list(hosts.map(quote))
        case .any(let count, let hosts): "{ any: { \(count) of: \(list(hosts.map(quote))) } }"
        case .percent(let share, let hosts):
            "{ percent: { \(share.percentText) of: \(list(hosts.map(quote))) } }"
        }
    }

    static func map(_ pairs: [(key: String, value: String?)]) -> String {
        let entries = pairs.compactMap { key, value in value.map { "\(key): \($0)" } }
        return entries.isEmpty ? "{}" : "{ \(entries.joined(separator: ", ")) }"
    }

    static func list(_ items: [String]) -> String {
        "[\(items.joined(separator: ", "))]"
    }

    /// In double quotes, with the escapes of YAML 1.1, section 5.7, for all that is not plain.
    static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                quoted += "\\\(scalar)"
            case _ where isControl(scalar) || scalar.value > 0xFFFD:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            default:
                quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension Plan {
    /// The plan as an experiment file with every default written out: stable, complete, and readable again. What
    /// `digest` is taken of.
    package var canonicalText: String { CanonicalText(self).text }

    func withDigest() -> Plan {
        Plan(
            name: name,
            summary: summary,
            filesFolder: filesFolder,
            lab: lab,
            loads: loads,
            histories: histories,
            faults: faults,
            targets: targets,
            guards: guards,
            captures: captures,
            clockBound: clockBound,
            failureModes: failureModes,
            duration: duration,
            digest: SHA256.hex(canonicalText.utf8)
        )
    }
}
