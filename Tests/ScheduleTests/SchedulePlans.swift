import Plan

/// Plans for these tests, made as users make them: from a file.
enum SchedulePlans {
    static func plan(_ faults: String, duration: String = "90s") throws(PlanError) -> Plan {
        let hosts = (0..<10).map { "    h\($0): { services: [ { name: s, run: s } ] }\n" }.joined()
        let yaml = """
            faultline: 1
            name: test
            lab:
              hosts:
            \(hosts)
            load: { a: { from: h0, http: { url: "http://h1/" }, rate: 10/s } }
            faults: [
            \(faults)
            ]
            targets: { availability: { nines: 2 } }
            duration: \(duration)

            """
        return try Plan(yaml: yaml, fileName: "test.yaml")
    }
}
