/// Hosts that are there already, of a file that several experiments share.
package struct Inventory: Sendable, Equatable {
    /// In the order of the file.
    package let hosts: [HostPlan]

    /// Reads an inventory file; `fileName` is for messages. Throws every problem of the file at once.
    package init(yaml: String, fileName: String) throws(PlanError) {
        hosts = try FileReading.value(of: yaml, fileName: fileName, subject: .inventory) { reader, root in
            reader.inventory(root)
        }
    }

    package var sites: [(name: String, site: HostSite)] { LabPlan(hosts: hosts).sites }

    /// Whether a text is meant to be one, and not an experiment.
    package static func isMeant(by yaml: String) -> Bool {
        yaml.split(separator: "\n").contains { $0.hasPrefix("\(key):") }
    }

    /// The key of the format's version.
    static let key = "faultline-hosts"
}

extension Subject {
    package static let inventory = Subject(
        area: "inventory",
        word: "inventory",
        noun: "an inventory",
        beginning: "faultline-hosts: 1, hosts, …"
    )
}

extension Reader {
    fileprivate func inventory(_ root: Value) -> [HostPlan]? {
        let keys = [Inventory.key, "hosts", "groups"]
        guard let fields = Fields(root, "the inventory", keys: keys, problems: problems) else { return nil }
        if let version = fields.required(Inventory.key, "1"), version.text != "1" {
            let message = "\(Inventory.key) is \(version.shown); expected 1, the version of this format"
            problems.add("version", at: version.place, message)
        }
        guard let hosts = fields.required("hosts", HostWords.example) else { return nil }
        return self.inventory(hosts, groups: fields["groups"])?.hosts
    }
}
