package com.acme.order;

import com.alipay.sofa.runtime.api.annotation.SofaReference;
import org.apache.dubbo.config.annotation.DubboReference;

/** A program that calls both, as a facade's samples have one: its annotations say which protocol and version serve an interface. */
public class OrderDesk {
    @SofaReference
    private BoltOrderService bolt;

    @DubboReference(version = "1.0.0")
    private DubboOrderService dubbo;
}
