import Measures

extension CanonicalText {
    static func fault(_ fault: FaultPlan) -> String {
        let (on, parameters) = kind(fault.kind)
        return map([
            ("name", quote(fault.name)),
            ("at", fault.at.text),
            ("for", fault.lasting?.text),
            ("every", fault.every?.text),
            ("times", fault.every == nil ? nil : "\(fault.times)"),
            ("on", on.map(selector)),
            (fault.kind.keyword, map(parameters)),
        ])
    }

    private static func kind(_ kind: FaultKind) -> (on: Selector?, parameters: [(String, String?)]) {
        switch kind {
        case .delay(let on, let delay):
            let parameters = [
                ("latency", delay.latency.text), ("jitter", delay.jitter.text),
                ("distribution", delay.distribution.rawValue), ("loss", delay.loss.percentText),
                ("to", peers(delay.peers)),
            ]
            return (on, parameters)
        case .loss(let on, let loss):
            return (on, [("share", loss.share.percentText), ("to", peers(loss.peers))])
        case .partition(let cut):
            let (from, to) = (list(cut.from.map(quote)), list(cut.to.map(quote)))
            return (nil, cut.bothWays ? [("between", list([from, to]))] : [("from", from), ("to", to)])
        case .kill(let on, let kill):
            let parameters = [
                ("service", quote(kill.service)), ("signal", kill.signal),
                ("restart-after", kill.restartAfter?.text),
            ]
            return (on, parameters)
        case .pause(let on, let service), .restart(let on, let service):
            return (on, [("service", quote(service))])
        }
    }

    private static func peers(_ peers: [String]) -> String? {
        peers.isEmpty ? nil : list(peers.map(quote))
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
            faults: faults,
            targets: targets,
            guards: guards,
            captures: captures,
            duration: duration,
            digest: SHA256.hex(canonicalText.utf8)
        )
    }
}
