import Measures
import Plan

/// The parts of a policy that are maps.
extension Reader {
    private static let processKeys = ["service", "process", "unit", "cgroup", "container"]

    func processRules(_ value: Value) -> (allow: Placed<[ProcessRule]>?, never: [Placed<ProcessRule>]) {
        let keys = ["allow", "never"]
        guard let fields = Fields(value, "processes", keys: keys, problems: problems) else {
            return (nil, [])
        }
        requireOne(of: keys, in: fields)
        let allowed = fields["allow"].map { processRules($0, "allow") }
        let allow = allowed.map { Placed($0.map(\.value), at: fields.place(of: "allow")) }
        return (allow, fields["never"].map { processRules($0, "never") } ?? [])
    }

    /// `{ service: [nginx], unit: "app-*" }`.
    private func processRules(_ value: Value, _ key: String) -> [Placed<ProcessRule>] {
        guard let fields = Fields(value, key, keys: Self.processKeys, problems: problems) else { return [] }
        requireOne(of: Self.processKeys, in: fields)
        return Self.processKeys.flatMap { key -> [Placed<ProcessRule>] in
            guard let value = fields[key] else { return [] }
            return filled(value, key, example: key == "cgroup" ? "/system.slice" : "nginx").compactMap {
                item in
                heeded(item, key) { processRule($0, key) }.map { Placed($0, at: item.place) }
            }
        }
    }

    private func processRule(_ value: Value, _ key: String) -> ProcessRule? {
        switch key {
        case "service": wildcard(value, key, example: "nginx").map { .service($0) }
        case "container": wildcard(value, key, example: "web1").map { .container($0) }
        case "process": wildcard(value, key, example: "sshd or /usr/sbin/sshd").map { .process($0) }
        case "unit":
            wildcard(value, key, example: "ssh.service").map {
                let isWhole = $0.text.contains(".") || $0.text.contains("*")
                return .unit(isWhole ? $0 : Wildcard($0.text + ".service"))
            }
        default: path(value, key).map { .cgroup($0) }
        }
    }

    func protectedPeers(_ value: Value) -> [Placed<NetworkText>] {
        guard let fields = Fields(value, "peers", keys: ["never"], problems: problems),
            let list = fields.required("never", "[10.0.0.1, 10.2.0.0/16]")
        else { return [] }
        let expected = "an address or a network such as 10.0.0.1, 10.2.0.0/16 or \"fd00::/8\""
        return filled(list, "never", example: "10.0.0.1").compactMap { item in
            heeded(item, "never") { network($0, "never", expected: expected) }
                .map { Placed($0, at: item.place) }
        }
    }

    func portRules(_ value: Value) -> (never: [Placed<ClosedRange<UInt16>>], ssh: Placed<Permission>?) {
        let keys = ["never", "ssh"]
        guard let fields = Fields(value, "ports", keys: keys, problems: problems) else { return ([], nil) }
        requireOne(of: keys, in: fields)
        let items = fields["never"].map { filled($0, "never", example: "5432") } ?? []
        let never = items.compactMap { item in
            heeded(item, "never", portRange).map { Placed($0, at: item.place) }
        }
        return (never, placed("ssh", in: fields) { permission($0, "ssh") })
    }

    func stressRules(_ value: Value) -> StressRules {
        let keys = ["most-workers", "most-memory", "leave-disk", "folders"]
        var rules = StressRules()
        guard let fields = Fields(value, "stress", keys: keys, problems: problems) else { return rules }
        requireOne(of: keys, in: fields)
        rules.mostWorkers = placed(keys[0], in: fields) { count($0, keys[0], 0...1024) }
        rules.mostMemory = placed(keys[1], in: fields) { size($0, keys[1], from: 0, to: 1 << 50) }
        rules.leaveDisk = placed(keys[2], in: fields) { size($0, keys[2], from: 0, to: 1 << 50) }
        rules.folders = placed(keys[3], in: fields) { value in
            let items = filled(value, keys[3], example: "/var/tmp")
            let folders = items.compactMap { path($0, "a folder") }
            return folders.isEmpty || folders.count < items.count ? nil : folders
        }
        return rules
    }

    /// A map of rules without one says nothing, and is not what its author meant.
    private func requireOne(of keys: [String], in fields: Fields) {
        guard !keys.contains(where: fields.isMeant) else { return }
        problems.add(
            "no-rule",
            at: fields.place,
            "\(fields.what) has no rule; expected one or more of \(keys.listed)"
        )
    }
}
