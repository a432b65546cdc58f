// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Pays several in one transaction, out of what is sent along and what tokens it holds: coins then
/// arrive that no transaction names as its own value.
contract Payer {
    struct Payment {
        address token; // zero for the chain's coin
        address payable to;
        uint256 units;
    }

    function pay(Payment[] calldata payments) public payable {
        for (uint256 i = 0; i < payments.length; i++) {
            Payment calldata payment = payments[i];
            bool native = payment.token == address(0);
            (bool paid, ) = native
                ? payment.to.call{value: payment.units}("")
                : payment.token.call(
                    abi.encodeWithSignature("transfer(address,uint256)", payment.to, payment.units)
                );
            require(paid, "not paid");
        }
    }

    /// Pays from a frame that fails, inside a transaction that succeeds: nothing arrives.
    function payInVain(Payment[] calldata payments) external payable {
        try this.payAndFail{value: msg.value}(payments) {} catch {}
        payable(msg.sender).transfer(address(this).balance);
    }

    function payAndFail(Payment[] calldata payments) external payable {
        pay(payments);
        revert("in vain");
    }

    /// Pays through code that is borrowed: the borrowing frame names a value but moves none.
    function payByDelegate(Payment[] calldata payments) external payable {
        (bool paid, ) = address(this).delegatecall(abi.encodeCall(this.pay, (payments)));
        require(paid, "not paid");
    }

    /// Coins that arrive without any call: from a contract that ends itself.
    function force(address payable to) external payable {
        new Ending{value: msg.value}(to);
    }
}

contract Ending {
    constructor(address payable heir) payable {
        selfdestruct(heir);
    }
}
