import Measures
import Plan
import Testing

@testable import Policy

/// Over the network an agent obeys whom its policy names, and nobody else.
@Suite struct CallerTests {
    @Test func `without names nobody is obeyed`() {
        let refusal = Policy.standard.refusal(of: .coordinator, named: "laptop")
        #expect(refusal?.rule == "coordinators")
        #expect(refusal?.words.contains("the policy names none") == true)
    }

    @Test func `a package that was just installed obeys nobody and starts nothing`() throws {
        let policy = try Policy(bytes: PolicySample.packaged(), fileName: "policy.yaml")
        #expect(policy.refusal(of: .coordinator, named: "laptop")?.rule == "coordinators")
        #expect(policy.refusal(ofService: "web")?.rule == "services")
        #expect(policy.captureRefusal?.rule == "captures")
    }

    @Test func `a name counts for its role alone, and whole`() throws {
        let policy = try PolicySample.read("faultline-policy: 1\ncoordinators: [laptop]\noperators: oncall\n")
        #expect(policy.refusal(of: .coordinator, named: "laptop") == nil)
        #expect(policy.refusal(of: .operator, named: "oncall") == nil)
        #expect(policy.refusal(of: .operator, named: "laptop")?.rule == "operators")
        #expect(policy.refusal(of: .coordinator, named: "oncall")?.rule == "coordinators")
        for name in ["Laptop", "laptop2", "lap", "", "*"] {
            let refusal = policy.refusal(of: .coordinator, named: name)
            #expect(refusal?.location == "policy.yaml:2", "\(name)")
            #expect(refusal?.words.contains("obeyed are laptop") == true, "\(name)")
        }
    }

    @Test(arguments: ["*", "\"a b\"", "[laptop, 'web*']", "[]", "[ä]", "{ a: b }"])
    func `a name that could mean anybody is none`(_ value: String) {
        #expect(throws: PlanError.self) { try PolicySample.of("coordinators: \(value)") }
    }
}
