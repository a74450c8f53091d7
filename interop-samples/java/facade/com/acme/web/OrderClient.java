package com.acme.web;

import com.acme.order.Address;
import com.acme.order.Order;
import java.util.List;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.cloud.openfeign.SpringQueryMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

@FeignClient(name = "order-service", path = "/v2")
public interface OrderClient {
    @GetMapping("/orders/{id}")
    Order get(@PathVariable("id") String id);

    @PostMapping("/orders")
    Order place(Order order);

    @GetMapping("/orders")
    List<Order> near(@SpringQueryMap Address address);
}
