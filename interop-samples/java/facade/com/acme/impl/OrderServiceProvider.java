package com.acme.impl;

import com.acme.order.PingService;
import com.acme.order.OrderService;
import org.apache.dubbo.config.annotation.DubboReference;
import org.apache.dubbo.config.annotation.DubboService;

@DubboService(version = "1.2.0", group = "retail", interfaceClass = PingService.class)
public class OrderServiceProvider implements PingService {
    @DubboReference(version = "2.0.0", group = "${orders.group}")
    private OrderService orders;

    @Override
    public String ping() {
        return "pong";
    }
}
