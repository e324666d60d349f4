import Keys
import Measures
import Plan

extension Reader {
    private static let agentKeys = [
        "faultline-agent", "host", "listen", "keys", "state", "policy", "interface", "audit", "metrics",
        "otlp",
    ]

    func agent(_ root: Value) -> AgentFile? {
        guard let fields = Fields(root, "the agent file", keys: Self.agentKeys, problems: problems) else {
            return nil
        }
        if let version = fields.required("faultline-agent", "1"), version.text != "1" {
            let message = "faultline-agent is \(version.shown); expected 1, the version of this format"
            problems.add("version", at: version.place, message)
        }
        let host = fields.required("host", "web1").flatMap(hostName)
        let listen = fields["listen"].map(listening)
        let keys = fields["keys"].flatMap { path($0, "keys") }
        let state = fields["state"].flatMap { path($0, "state") }
        let policy = fields["policy"].flatMap { path($0, "policy") }
        let interface = fields["interface"].flatMap(interfaceName)
        let audit = fields["audit"].flatMap(auditing)
        let metrics = fields["metrics"].flatMap(metricsPlace)
        let otlp = fields["otlp"].flatMap(collector)
        if listen?.tcp != nil {
            for (key, why) in [("keys", "both ends' keys"), ("policy", "a policy that names coordinators")]
            where !fields.isMeant(key) {
                problems.add(
                    "missing-key",
                    at: fields.place(of: "listen"),
                    "listen has tcp, which takes \(why); expected \(key): /etc/faultline/\(key == "keys" ? "keys" : "policy.yaml")"
                )
            }
        }
        guard problems.isEmpty, let host else { return nil }
        return AgentFile(
            host: host,
            socket: listen?.socket,
            tcp: listen?.tcp,
            keys: keys,
            state: state,
            policy: policy,
            interface: interface,
            audit: audit,
            metrics: metrics,
            otlp: otlp
        )
    }

    private func hostName(_ value: Value) -> String? {
        let expected = "the host's name in experiments, such as web1"
        guard let name = text(value, "host", expected: expected) else { return nil }
        guard (try? Identity(.agent, name)) != nil else {
            problems.add("name", at: value.place, "host is \(quoted(name)); expected \(expected)")
            return nil
        }
        return name
    }

    private func interfaceName(_ value: Value) -> String? {
        let expected = "an interface's name, such as eth0"
        guard let name = text(value, "interface", expected: expected) else { return nil }
        // IFNAMSIZ, with its NUL.
        guard (1...15).contains(name.utf8.count), !name.contains(where: { $0 == "/" || $0.isWhitespace })
        else {
            problems.add("name", at: value.place, "interface is \(quoted(name)); expected \(expected)")
            return nil
        }
        return name
    }

    private func metricsPlace(_ value: Value) -> String? {
        let expected =
            "a port, such as 9100 (on the loopback only), or an address and a port, such as 0.0.0.0:9100"
        guard let text = text(value, "metrics", expected: expected) else { return nil }
        guard UInt16(text).map({ $0 > 0 }) ?? (HostPort(listening: text) != nil) else {
            problems.add("address", at: value.place, "metrics is \(quoted(text)); expected \(expected)")
            return nil
        }
        return text
    }

    private func collector(_ value: Value) -> String? {
        let expected = "a collector's URL, such as http://127.0.0.1:4318"
        guard let text = text(value, "otlp", expected: expected) else { return nil }
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            problems.add("url", at: value.place, "otlp is \(quoted(text)); expected \(expected)")
            return nil
        }
        return text
    }

    private func listening(_ value: Value) -> (socket: String?, tcp: HostPort?) {
        guard let fields = Fields(value, "listen", keys: ["unix", "tcp"], problems: problems) else {
            return (nil, nil)
        }
        let socket = fields["unix"].flatMap { path($0, "unix") }
        let tcp = fields["tcp"].flatMap { value -> HostPort? in
            let expected = "an IP address and a port, such as 0.0.0.0:7443 or \"[::]:7443\""
            guard let text = text(value, "tcp", expected: expected) else { return nil }
            if let address = HostPort(listening: text) { return address }
            problems.add("address", at: value.place, "tcp is \(quoted(text)); expected \(expected)")
            return nil
        }
        return (socket, tcp)
    }

    private func auditing(_ value: Value) -> AgentFile.Audit? {
        let keys = ["file", "size", "files"]
        guard let fields = Fields(value, "audit", keys: keys, problems: problems),
            let file = fields.required("file", "/var/log/faultline/audit.jsonl").flatMap({ path($0, "file") })
        else { return nil }
        let standard = AgentFile.Audit(file: file)
        let most = fields["size"].flatMap { size($0, "size", from: 100_000, to: 1_000_000_000) }
        let kept = fields["files"].flatMap { count($0, "files", 1...100) }
        return AgentFile.Audit(
            file: file,
            size: most.map(Int.init) ?? standard.size,
            files: kept ?? standard.files
        )
    }
}
