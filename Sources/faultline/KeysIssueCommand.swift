import ArgumentParser
import Foundation
import Keys
import Measures
import X509

extension KeysCommand {
    struct Issue: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Issue a key: a folder with the private key, its certificate, the authority's, and revoked.pem.",
            discussion: """
                  faultline keys issue web1 --address 10.0.0.5 --address web1.example.org
                  scp /etc/faultline/keys/issued/agent-web1/* web1:/etc/faultline/keys/

                The name is what experiments and inventories call the host: a coordinator takes an agent for web1 only when \
                it shows the key of web1, whatever its address. Addresses are written into the certificate for other programs.
                """
        )

        @OptionGroup var place: Place
        @Argument(help: "A host's name: its agent's key.") var host: String?
        @Option(help: "A coordinator's name: who runs experiments.") var coordinator: String?
        @Option(name: .customLong("operator"), help: "An operator's name: who may ask agents, and halt.")
        var who: String?
        @Option(help: "An IP address or DNS name of the host; may be given again.") var address: [String] = []
        @Option(help: "How long it counts: 30d, 12h.") var valid = Validity(Authority.leafValidity)
        @Option(
            help: "Folder to write; default ROLE-NAME below issued in the authority's folder.",
            completion: .directory
        )
        var out: String?

        func validate() throws {
            guard [host, coordinator, who].compactMap({ $0 }).count == 1 else {
                throw ValidationError("give one of HOST, --coordinator NAME and --operator NAME")
            }
            guard address.isEmpty || host != nil else {
                throw ValidationError("only a host has an --address")
            }
        }

        func run() throws {
            let identity =
                if let coordinator { try Identity(.coordinator, coordinator) } else if let who {
                    try Identity(.operator, who)
                } else { try Identity(.agent, host ?? "") }
            var authority = try Authority(folder: place.keys)
            let folder = out ?? place.bundle(of: identity)
            let leaf = try authority.issue(identity, addresses: address, valid: valid.value, to: folder)
            try KeyOutcome(
                identity,
                serial: leaf.serialNumber.text,
                expires: leaf.notValidAfter,
                folder: folder
            )
            .tell(json: place.json)
        }
    }

    struct Renew: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issue again what was issued, with a new key, the same names and addresses.",
            discussion: """
                Certificates that were issued before count on until they expire. Copy the folders to their hosts again; \
                agents read them without a restart. A name whose last certificate was revoked is not renewed: issue it.
                """
        )

        @OptionGroup var place: Place
        @Argument(help: "Names, or ROLE/NAME.") var names: [String] = []
        @Flag(help: "Every name.") var all = false
        @Option(help: "How long they count: 30d, 12h.") var valid = Validity(Authority.leafValidity)

        func validate() throws {
            if names.isEmpty != all { throw ValidationError("give names, or --all") }
        }

        func run() throws {
            var authority = try Authority(folder: place.keys)
            let last = try authority.renewable(all ? nil : names)
            var outcomes: [KeyOutcome] = []
            for entry in last {
                guard let role = Role(rawValue: entry.role) else { continue }
                let identity = try Identity(role, entry.name)
                let folder = place.bundle(of: identity)
                let leaf = try authority.issue(
                    identity,
                    addresses: entry.addresses,
                    valid: valid.value,
                    to: folder
                )
                outcomes.append(
                    KeyOutcome(
                        identity,
                        serial: leaf.serialNumber.text,
                        expires: leaf.notValidAfter,
                        folder: folder
                    )
                )
            }
            if place.json { return try Console.json(outcomes) }
            for outcome in outcomes { try outcome.tell(json: false) }
        }
    }
}
